namespace Mayfly.Transports.Vsock;

/// <summary>What an endpoint has given out, and what ends with the endpoint.</summary>
internal interface IOpenSocket
{
    /// <summary>Ends it as the machine's end does: whoever uses it learns that, rather than that he had disposed of it.</summary>
    Task EndAsync();
}
