namespace Mayfly.Cli.Tests.Output;

/// <summary>A clock with one timer that a test fires itself.</summary>
internal sealed class ManualTimer : TimeProvider, ITimer
{
    private TimerCallback? _callback;

    public TimeSpan Due { get; private set; }

    public TimeSpan Period { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = callback;
        return this;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        (Due, Period) = (dueTime, period);
        return true;
    }

    public void Fire() => _callback!(null);

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
