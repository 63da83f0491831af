using System.Diagnostics;
using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Ends a test when its time is up, whether it awaits or blocks. At the deadline its sandboxes are disposed of, which ends
/// every call that waits for them; a test that goes on even so is abandoned on its own thread.
/// </summary>
/// <param name="limit">How long the test may take.</param>
/// <param name="scope">The test and its sandboxes.</param>
/// <param name="time">The clock.</param>
internal sealed class TestDeadline(TimeSpan limit, TestScope scope, TimeProvider time)
{
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(1);

    /// <summary>What a test that may have waited for its sandboxes gets for cleaning up once they are gone.</summary>
    private static readonly TimeSpan CleanupPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DisposalPatience = TimeSpan.FromSeconds(30);

    /// <summary>The limit an attribute asks for: xUnit's Timeout where it is given, else TimeoutSeconds.</summary>
    /// <exception cref="SandboxConfigurationException">It makes no sense.</exception>
    public static TimeSpan LimitOf(int milliseconds, double seconds)
    {
        var limit = milliseconds > 0 ? milliseconds / 1000.0 : seconds;
        return limit > 0 && limit <= LongestLimit.TotalSeconds
            ? TimeSpan.FromSeconds(limit)
            : throw new SandboxConfigurationException(
                ErrorCode.InvalidOption, string.Create(CultureInfo.InvariantCulture, $"TimeoutSeconds is {limit}, but must be more than 0 and at most {LongestLimit.TotalSeconds}."));
    }

    /// <summary>Runs the test to its end or its deadline.</summary>
    /// <param name="run">Runs the test and returns the seconds it took.</param>
    /// <param name="thrown">What the test itself has thrown so far.</param>
    /// <exception cref="SandboxTestTimeoutException">The deadline passed.</exception>
    public async Task<decimal> RunAsync(Func<Task<decimal>> run, Func<Exception?> thrown)
    {
        // A thread of its own: a body that blocks takes no thread from the pool, and none that would keep the process.
        var start = Task.Factory.StartNew(
            run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        var test = start.Unwrap();

        if (await EndsWithinAsync(test, Debugger.IsAttached ? Timeout.InfiniteTimeSpan : limit).ConfigureAwait(false))
        {
            return await test.ConfigureAwait(false);
        }

        var pending = TestReport.Pending(scope);
        scope.EndAtDeadline();
        var failures = await DisposeSandboxesAsync().ConfigureAwait(false);
        var ended = scope.Sandboxes.Count > 0 && await EndsWithinAsync(test, CleanupPatience).ConfigureAwait(false);
        throw new SandboxTestTimeoutException(
            Describe(pending, ended, isBlocked: !start.IsCompleted) + failures,
            ended ? thrown() : null);
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan patience)
    {
        await task.WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    private async Task<string> DisposeSandboxesAsync()
    {
        var failures = "";
        foreach (var sandbox in scope.Sandboxes)
        {
            try
            {
                await sandbox.DisposeAsync().AsTask().WaitAsync(DisposalPatience, time).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is MayflyException or TimeoutException)
            {
                failures += $" Disposing of the sandbox {sandbox.Id} failed: {exception.Message}";
            }
        }

        return failures;
    }

    private string Describe(string pending, bool ended, bool isBlocked)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"the test did not end within its deadline of {limit.TotalSeconds:0.###} s.");
        var waiting = pending.Length > 0 ? $" It was waiting for {pending}." : "";
        var sandboxes = scope.Sandboxes.Count switch
        {
            0 => "",
            1 => " Its sandbox was disposed of.",
            var count => $" Its {count} sandboxes were disposed of.",
        };
        var rest = (ended, isBlocked) switch
        {
            (true, _) => "",
            (_, true) => " It blocks its thread, which can't be ended from outside, and was abandoned.",
            _ => " It waits for something that does not end, and was abandoned.",
        };
        return $"{what}{waiting}{sandboxes}{rest} Raise TimeoutSeconds if the test needs longer.";
    }
}
