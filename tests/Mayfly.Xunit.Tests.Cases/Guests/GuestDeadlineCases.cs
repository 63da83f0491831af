namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that do not end.</summary>
public sealed class GuestDeadlineCases
{
    [GuestFact(TimeoutSeconds = 6)]
    public void Blocks()
    {
        Console.WriteLine("before it blocks");
        File.WriteAllText(Path.Combine(GuestMachine.ArtifactsFolder, "trace"), "of a test that hangs");
        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact(Timeout = 1000)]
    public Task Awaits() => new TaskCompletionSource().Task;

    [GuestFact]
    public void Passes() => Assert.True(GuestMachine.IsCurrent);
}
