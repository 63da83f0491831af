namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Where two tests wait for each other, which only tests that run at once can.</summary>
public static class Meeting
{
    private static TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static int _come;

    public static void Reset() => (_both, _come) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);

    public static async Task AwaitTheOtherAsync()
    {
        if (Interlocked.Increment(ref _come) == 2)
        {
            _both.SetResult();
        }

        await _both.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
