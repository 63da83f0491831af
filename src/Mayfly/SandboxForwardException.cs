namespace Mayfly;

/// <summary>A connection to or from a program in the guest could not be made. Codes MAY3050 to MAY3052.</summary>
public sealed class SandboxForwardException : MayflyException
{
    /// <summary>Creates the error.</summary>
    public SandboxForwardException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
