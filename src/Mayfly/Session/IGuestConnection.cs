using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// A conversation with a guest: what every way in offers. Members throw <see cref="SessionBrokenException"/> when the
/// conversation has ended, and <see cref="OperationCanceledException"/> with the caller's token.
/// </summary>
internal interface IGuestConnection : IAsyncDisposable
{
    /// <summary>What the guest said of itself.</summary>
    Hello Guest { get; }

    /// <summary>Completes when the conversation has ended, with the reason; never faults.</summary>
    Task<string> Closed { get; }

    /// <summary>
    /// Starts a command and returns when the guest has either started it or said why not (then
    /// <see cref="IGuestCommand.Outcome"/> is complete).
    /// </summary>
    Task<IGuestCommand> StartAsync(ExecRequest request, CancellationToken cancellationToken);

    /// <summary>Sends a host file or tree to the guest; see <see cref="PushRequest"/> for where it lands.</summary>
    /// <exception cref="SandboxTransferException">Either side refused or failed.</exception>
    Task<TransferOutcome> PushAsync(string hostPath, string guestPath, IProgress<long>? bytes, CancellationToken cancellationToken);

    /// <summary>Sends plain files of the host to guest paths, in one stream.</summary>
    /// <exception cref="SandboxTransferException">Either side refused or failed.</exception>
    Task<TransferOutcome> PushFilesAsync(IReadOnlyList<SandboxCopy> files, IProgress<long>? bytes, CancellationToken cancellationToken);

    /// <summary>Fetches a guest file or tree; nothing lands outside <paramref name="hostPath"/>, whatever the guest sends.</summary>
    /// <exception cref="SandboxTransferException">Either side refused or failed.</exception>
    Task<TransferOutcome> PullAsync(string guestPath, string hostPath, IProgress<long>? bytes, CancellationToken cancellationToken);

    /// <summary>Connects to a program in the guest; returns once it has answered.</summary>
    /// <exception cref="SandboxForwardException">Nobody listens there (MAY3050), or it can't be reached (MAY3052).</exception>
    Task<GuestStream> ConnectAsync(ForwardRequest request, CancellationToken cancellationToken);

    /// <summary>Listens on a port of the guest's loopback for programs in the guest.</summary>
    /// <param name="port">0 to 65535; 0 for one that is free.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxForwardException">The port is taken (MAY3051), or can't be had (MAY3052).</exception>
    Task<IGuestListener> ListenAsync(int port, CancellationToken cancellationToken);
}
