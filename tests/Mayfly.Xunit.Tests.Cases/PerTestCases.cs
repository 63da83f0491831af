namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that each ruin their machine, or look whether somebody else has.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class PerTestCases(SandboxFixture fixture) : IClassFixture<SandboxFixture>, IAsyncLifetime, IDisposable
{
    public static TheoryData<Opaque> Rows => [new Opaque(1), new Opaque(2)];

    // In the constructor already, so that nothing else is needed to begin.
    private readonly Sandbox _sandbox = fixture.Sandbox;

    public async Task InitializeAsync() => (await _sandbox.ShellAsync("test ! -e /stain && touch /stain")).EnsureSuccess();

    [SandboxFact]
    public async Task A_RemovesEverything()
    {
        Witness.Saw(_sandbox);
        await _sandbox.ShellAsync("rm -rf /bin /sbin /usr /etc /lib");
        Assert.Equal(ExecEndKind.CouldNotStart, (await _sandbox.ExecAsync(["ls"])).End.Kind);
    }

    [SandboxFact]
    public async Task B_PowersOffAndGoesOnWithAnother()
    {
        Witness.Saw(_sandbox);
        await _sandbox.ShellAsync("echo o > /proc/sysrq-trigger; sleep 60");
        await _sandbox.Ended;

        var next = await fixture.GetSandboxAsync();

        Assert.Same(next, fixture.Sandbox);
        Assert.NotSame(_sandbox, next);
        (await next.ExecAsync(["test", "!", "-e", "/stain"])).EnsureSuccess();
        Witness.Saw(next);
    }

    [SandboxTheory]
    [MemberData(nameof(Rows))]
    public void C_HasRowsThatRunAsOneTestCase(Opaque row)
    {
        Assert.NotNull(row);
        Witness.Saw(_sandbox);
    }

    [SandboxFact(Skip = "shows that it starts nothing")]
    public void D_IsSkipped() => Witness.Saw(_sandbox);

    public async Task DisposeAsync()
    {
        if (!_sandbox.Ended.IsCompleted)
        {
            Assert.NotEqual(ExecEndKind.GuestDied, (await _sandbox.ExecAsync(["true"])).End.Kind);
        }
    }

    public void Dispose() => Witness.Saw(_sandbox, "Dispose, ended: " + fixture.Sandbox.Ended.IsCompleted);
}
