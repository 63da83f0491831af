using Mayfly.Agent.Loop;

namespace Mayfly.Tests.Agent;

/// <summary>The agent's loop on a thread of its own, until it is disposed.</summary>
internal sealed class LoopThread : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stopped;

    public LoopThread()
    {
        _thread = new Thread(() =>
        {
            while (!_stopped)
            {
                Loop.Turn();
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public EventLoop Loop { get; } = new();

    public Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            action();
            done.SetResult();
        });
        return done.Task;
    }

    public void Dispose()
    {
        _stopped = true;
        Loop.Post(() => { });
        _thread.Join();
    }
}
