namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests whose machine can't be prepared.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class UnpreparableCases(UnpreparableFixture fixture) : IClassFixture<UnpreparableFixture>
{
    [SandboxFact]
    public void A_IsNotReached() => Assert.Fail($"ran with {fixture}");

    [SandboxFact]
    public void B_IsNotReachedEither() => Assert.Fail($"ran with {fixture}");
}
