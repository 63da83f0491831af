namespace Mayfly.Forwarding;

/// <summary>
/// The connections of one forward: no more than <see cref="MaxConnections"/> at once, and none after its end, which waits for
/// those there are.
/// </summary>
internal sealed class RelaySet : IAsyncDisposable
{
    /// <summary>Further ones wait in the queue of whoever listens.</summary>
    public const int MaxConnections = 256;

    private readonly SemaphoreSlim _slots = new(MaxConnections);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private Task? _ended;

    /// <summary>Cancelled at the end.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Waits until one more connection may be begun.</summary>
    /// <exception cref="OperationCanceledException">The forward ends.</exception>
    public Task WaitForSlotAsync() => _slots.WaitAsync(_ending.Token);

    /// <summary>Gives a slot back that nothing came of.</summary>
    public void ReturnSlot() => _slots.Release();

    /// <summary>Begins a connection in the slot that was waited for; it gives it back.</summary>
    /// <returns>False where the forward has ended: the connection's resources stay the caller's.</returns>
    public bool TryBegin(Func<CancellationToken, Task> connection)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return false;
            }

            var task = Task.Run(() => connection(Ending), CancellationToken.None);
            _running.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ended ??= EndAsync([.. _running]));
        }
    }

    private async Task EndAsync(Task[] running)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }

        _slots.Release();
    }
}
