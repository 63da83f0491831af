namespace Mayfly.SshNet;

/// <summary>Calls of SSH.NET that wait by blocking: on threads of their own, so that the pool's stay free.</summary>
internal static class BlockingWork
{
    public static Task RunAsync(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
