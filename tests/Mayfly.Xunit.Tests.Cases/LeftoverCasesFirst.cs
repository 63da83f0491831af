namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that leave something running, which asks for a sandbox when the next class has one.</summary>
[Collection(Name)]
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class LeftoverCasesFirst
{
    public const string Name = "leftovers";

    /// <summary>One for both classes. Not taken by their constructors, for its start would fail their tests.</summary>
    public static AbsentMonitorFixture Fixture { get; set; } = new();

    /// <summary>What is left of each test, by what lets it go on.</summary>
    public static Dictionary<TaskCompletionSource, Task<Sandbox>> Leftovers { get; } = [];

    [SandboxFact(TimeoutSeconds = 0.5)]
    public async Task A_PassesItsDeadline() => await Leave();

    [SandboxFact]
    public void B_DoesNotAwaitWhatItBegan() => _ = Leave();

    private static Task<Sandbox> Leave()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Leftovers[release] = AskLaterAsync(release.Task);
    }

    private static async Task<Sandbox> AskLaterAsync(Task release)
    {
        await release;
        return await Fixture.GetSandboxAsync();
    }
}
