namespace Mayfly.Cli.Tests.Harness;

/// <summary>Deadlines for tests: generous, because the machine may be loaded and emulated. Nothing is timed by them.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    public static Task<T> WithPatience<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task WithPatience(this Task task) => task.WaitAsync(Limit);
}
