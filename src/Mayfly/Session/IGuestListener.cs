namespace Mayfly.Session;

/// <summary>A port of the guest's loopback that the host listens on. Disposal ends it; connections that were taken go on.</summary>
internal interface IGuestListener : IAsyncDisposable
{
    /// <summary>The port in the guest, 1 to 65535.</summary>
    int Port { get; }

    /// <summary>Waits for a program that connects.</summary>
    /// <exception cref="SandboxForwardException">The guest has ended the listener.</exception>
    /// <exception cref="SessionBrokenException">The conversation has ended.</exception>
    /// <exception cref="ObjectDisposedException">The listener was disposed of.</exception>
    Task<GuestStream> AcceptAsync(CancellationToken cancellationToken);
}
