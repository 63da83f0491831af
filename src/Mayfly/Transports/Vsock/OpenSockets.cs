using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock;

/// <summary>The connections and listeners that one endpoint has given out and that are not disposed of. Its disposal ends them.</summary>
internal sealed class OpenSockets : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<IOpenSocket> _open = [];
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Ends what is about to become an open socket.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>The error of whoever still wants something when the endpoint is gone.</summary>
    public static SandboxVsockException Ended(Exception? cause = null) =>
        new(ErrorCode.VsockFailed, "the machine has ended, and its vsock connections with it", cause);

    /// <summary>Remembers one; false where the endpoint has ended.</summary>
    public bool TryAdd(IOpenSocket socket)
    {
        lock (_gate)
        {
            return !_ending.IsCancellationRequested && _open.Add(socket);
        }
    }

    /// <summary>Forgets one that its user disposed of.</summary>
    public void Remove(IOpenSocket socket)
    {
        lock (_gate)
        {
            _ = _open.Remove(socket);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Not under the gate, which the callbacks of the token may want. Whoever added before this is in the list below.
        await _ending.CancelAsync().ConfigureAwait(false);
        IOpenSocket[] open;
        lock (_gate)
        {
            open = [.. _open];
            _open.Clear();
        }

        foreach (var socket in open)
        {
            await socket.EndAsync().ConfigureAwait(false);
        }
    }
}
