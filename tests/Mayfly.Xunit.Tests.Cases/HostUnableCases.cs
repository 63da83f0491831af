namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that start their own sandbox where none can be had.</summary>
public sealed class HostUnableCases
{
    public static TheoryData<Opaque> Rows => [new Opaque(1), new Opaque(2)];

    [SandboxFact]
    public async Task StartsOne() => await Sandbox.StartAsync(new SandboxOptions { QemuPath = AbsentMonitorFixture.Path });

    [SandboxFact]
    public void StartsOneAndBlocks() => Sandbox.StartAsync(new SandboxOptions { QemuPath = AbsentMonitorFixture.Path }).Wait();

    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public Task StartsOnePerRow(int row)
    {
        Assert.InRange(row, 1, 2);
        return Sandbox.StartAsync(new SandboxOptions { QemuPath = AbsentMonitorFixture.Path });
    }

    [SandboxTheory]
    [MemberData(nameof(Rows))]
    public async Task StartsOneForOneOfItsRows(Opaque row)
    {
        if (row.Number == 1)
        {
            await Sandbox.StartAsync(new SandboxOptions { QemuPath = AbsentMonitorFixture.Path });
        }
    }

    [SandboxTheory]
    [InlineData("MAY1003")]
    [InlineData("MAY1004")]
    [InlineData("MAY1006")]
    [InlineData("MAY1010")]
    [InlineData("MAY5001")]
    public void MeetsAHostWithoutWhatItTakes(string code) => throw new MayflyException(code, "as thrown");

    [SandboxTheory]
    [InlineData("MAY1001")]
    [InlineData("MAY1005")]
    [InlineData("MAY1011")]
    [InlineData("MAY2001")]
    [InlineData("MAY3006")]
    [InlineData("MAY4001")]
    [InlineData("MAY5003")]
    public void MeetsAnotherError(string code) => throw new MayflyException(code, "as thrown");

    [SandboxFact]
    public void FailsInTwoWays() => throw new AggregateException(new MayflyException("MAY1002", "absent"), new InvalidOperationException("a bug"));

    [SandboxFact]
    public void NeedsNone() => Assert.True(true);
}
