using Mayfly.Diagnostics;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A test that has its sandbox while what is left of another class's tests asks for one.</summary>
[Collection(LeftoverCasesFirst.Name)]
public sealed class LeftoverCasesSecond
{
    [SandboxFact]
    public async Task KeepsWhatItHas()
    {
        // A start that failed is as good as one that didn't: it is had as long as it is told again.
        await Assert.ThrowsAnyAsync<MayflyException>(() => LeftoverCasesFirst.Fixture.GetSandboxAsync());
        Assert.Equal(2, LeftoverCasesFirst.Leftovers.Count);
        foreach (var (release, left) in LeftoverCasesFirst.Leftovers)
        {
            release.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
            Assert.Equal(ErrorCode.HypervisorMissing, Assert.ThrowsAny<MayflyException>(() => LeftoverCasesFirst.Fixture.Sandbox).Code);
        }
    }
}
