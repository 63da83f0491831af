using System.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

/// <summary>Needs the native agent, which build/setup makes.</summary>
[Trait("Category", "MicroVM")]
public sealed class WardenTests : IAsyncLifetime
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;
    private SandboxDirectory _directory = null!;

    public Task InitializeAsync()
    {
        _directory = SandboxDirectory.Create(_root, "one");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _directory.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task AnExitIsReportedWithItsCodeAndLastWords()
    {
        await using var warden = await StartAsync("/bin/sh", "-c", "echo farewell >&2; exit 3");

        Assert.Equal(new WardenEnd(WardenEndKind.Exited, 3), await warden.Ended.WaitAsync(_deadline));
        Assert.Equal("farewell\n", warden.StandardErrorTail);
    }

    [Fact]
    public async Task ASignalIsReportedWithItsNumber()
    {
        await using var warden = await StartAsync("/bin/sh", "-c", "kill -TERM $$");

        Assert.Equal(new WardenEnd(WardenEndKind.Signalled, 15), await warden.Ended.WaitAsync(_deadline));
    }

    [Fact]
    public async Task DisposalKillsTheProgramAndRemovesTheDirectory()
    {
        var warden = await StartAsync("/bin/sleep", "600");
        Assert.True(IsRunning(warden.ProcessId));

        await warden.DisposeAsync();
        await warden.DisposeAsync();

        Assert.False(IsRunning(warden.ProcessId));
        Assert.False(IsRunning(warden.WardenProcessId));
        Assert.False(Directory.Exists(_directory.Path));
        Assert.Equal(WardenEndKind.Signalled, (await warden.Ended).Kind);
    }

    [Fact]
    public async Task AWardenThatIsKilledTakesTheProgramWithIt()
    {
        await using var warden = await StartAsync("/bin/sleep", "600");
        using var process = Process.GetProcessById(warden.WardenProcessId);

        process.Kill();

        Assert.Equal(WardenEndKind.WardenLost, (await warden.Ended.WaitAsync(_deadline)).Kind);
        await warden.DisposeAsync();
        Assert.False(IsRunning(warden.ProcessId));
        Assert.False(Directory.Exists(_directory.Path));
    }

    [Fact]
    public async Task AProgramThatIsNotThereIsAnErrorThatLeavesNothing()
    {
        var error = await Assert.ThrowsAsync<SandboxBootException>(() => StartAsync("/no/such/program"));

        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.Path));
    }

    [Fact]
    public async Task OnlyTheEndOfAFloodOnStandardErrorIsKept()
    {
        await using var warden = await StartAsync("/bin/sh", "-c", "yes flood | head -c 1000000 >&2; echo end >&2");

        await warden.Ended.WaitAsync(_deadline);

        Assert.Equal(Warden.StandardErrorTailBytes, warden.StandardErrorTail.Length);
        Assert.EndsWith("end\n", warden.StandardErrorTail, StringComparison.Ordinal);
    }

    private Task<Warden> StartAsync(string program, params string[] arguments) =>
        Warden.StartAsync(AgentBinary.Locate(), _directory.Path, program, arguments, default);

    private static bool IsRunning(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
