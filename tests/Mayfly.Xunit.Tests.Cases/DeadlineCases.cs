namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that would never end, and a neighbour.</summary>
public sealed class DeadlineCases
{
    /// <summary>Lets the abandoned bodies go once they have been judged.</summary>
    public static ManualResetEventSlim Release { get; } = new();

    [SandboxFact(TimeoutSeconds = 0.5)]
    public async Task AwaitsForEver() => await new TaskCompletionSource().Task;

    [SandboxFact(TimeoutSeconds = 0.5)]
    public void BlocksForEver() => Release.Wait();

    [SandboxFact(Timeout = 500)]
    public async Task AwaitsBeyondXunitsTimeout() => await new TaskCompletionSource().Task;

    [SandboxTheory(TimeoutSeconds = 0.5)]
    [InlineData(false)]
    [InlineData(true)]
    public void EachRowHasItsOwn(bool blocks)
    {
        if (blocks)
        {
            Release.Wait();
        }
    }

    [SandboxFact]
    public void Neighbour() => Assert.True(true);
}
