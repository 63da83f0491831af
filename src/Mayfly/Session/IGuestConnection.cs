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

    /// <summary>Fetches a guest file or tree; nothing lands outside <paramref name="hostPath"/>, whatever the guest sends.</summary>
    /// <exception cref="SandboxTransferException">Either side refused or failed.</exception>
    Task<TransferOutcome> PullAsync(string guestPath, string hostPath, IProgress<long>? bytes, CancellationToken cancellationToken);
}
