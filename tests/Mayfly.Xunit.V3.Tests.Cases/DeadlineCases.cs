namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class DeadlineCases
{
    /// <summary>Lets go of the test that blocks.</summary>
    public static ManualResetEventSlim Release { get; } = new();

    [SandboxFact(TimeoutSeconds = 0.5)]
    public void BlocksForEver() => Release.Wait(TestContext.Current.CancellationToken);

    [SandboxTheory(Timeout = 500)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RowsHaveDeadlinesOfTheirOwn(bool isEndless)
    {
        if (isEndless)
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        }
    }
}
