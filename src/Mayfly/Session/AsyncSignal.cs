namespace Mayfly.Session;

/// <summary>
/// Wakes whoever waits for a condition that is kept elsewhere. A wait may end without cause, so look at the condition
/// before every wait; a signal between the look and the wait is not lost.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private bool _set;

    public void Set()
    {
        lock (_gate)
        {
            // Stays set although a waiter is released: that waiter may have been cancelled already.
            _set = true;
            _waiter?.TrySetResult();
            _waiter = null;
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return Task.CompletedTask;
            }

            waiter = _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return waiter.Task.WaitAsync(cancellationToken);
    }
}
