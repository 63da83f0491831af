namespace Mayfly.Tests.Sandboxes;

/// <summary>Deadlines for tests: generous, because the machine may be loaded and emulated. Nothing is timed by them.</summary>
internal static class Patience
{
    public static readonly TimeSpan Command = TimeSpan.FromSeconds(120);

    public static ExecOptions Long => new() { Timeout = Command };

    public static Task<T> WithPatience<T>(this Task<T> task) => task.WaitAsync(Command);

    public static Task WithPatience(this Task task) => task.WaitAsync(Command);
}
