using System.Diagnostics;
using Mayfly.Protocol.Supervision;
using Mayfly.Supervision;
using Mayfly.Tests.Agent;

namespace Mayfly.Tests.Supervision;

/// <summary>The owner's end. Needs the native agent, which build/setup makes.</summary>
[Trait("Category", "MicroVM")]
public sealed class WardenTests : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

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
        Assert.False(Directory.Exists(warden.Directory));
        Assert.Equal(WardenEndKind.Signalled, (await warden.Ended).Kind);
    }

    [RootFact]
    public async Task ADirectoryThatCannotBeEmptiedIsAnErrorOfTheDisposalThatNamesWhatIsLeft()
    {
        var warden = await StartAsync("/bin/sleep", "600");
        var gone = Path.Combine(_root, $"{ResourceNames.DiscardedPrefix}{warden.Id}");
        using (new StuckFile(Path.Combine(warden.Directory, "stuck"), _root))
        {
            var error = await Assert.ThrowsAsync<MayflyException>(() => warden.DisposeAsync().AsTask());
            var report = await Reaper.ReapAllAsync(AgentBinary.Locate(), _root);

            Assert.Equal("MAY4001", error.Code);
            Assert.Contains($"'{gone}' was not removed: 'stuck' in it", error.Message, StringComparison.Ordinal);
            Assert.Contains($"'{gone}' was not removed: 'stuck' in it", Assert.Single(report.Left), StringComparison.Ordinal);
            Assert.False(IsRunning(warden.ProcessId));
        }

        Assert.Empty((await Reaper.ReapAllAsync(AgentBinary.Locate(), _root)).Left);
        Assert.False(Directory.Exists(gone));
    }

    [Fact]
    public async Task ADeepTreeInTheDirectoryGoesWithIt()
    {
        await using (var warden = await StartAsync("/bin/sleep", "600"))
        {
            Directory.CreateDirectory(Path.Combine([warden.Directory, .. Enumerable.Repeat("d", 70)]));
        }

        Assert.Empty(Directory.EnumerateDirectories(_root));
    }

    [Fact]
    public async Task AWardenThatIsKilledTakesTheProgramWithItAndTheOwnerDoesTheRest()
    {
        await using var warden = await StartAsync("/bin/sleep", "600");
        using var process = Process.GetProcessById(warden.WardenProcessId);

        process.Kill();

        Assert.Equal(WardenEndKind.WardenLost, (await warden.Ended.WaitAsync(_deadline)).Kind);
        Assert.False(IsRunning(warden.ProcessId));
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AWardenThatIsKilledBeforeItHasAProgramLeavesNothingEither()
    {
        var warden = await StartAsync();
        using var process = Process.GetProcessById(warden.WardenProcessId);

        process.Kill();

        await Assert.ThrowsAsync<SandboxBootException>(() => RunAsync(warden, "/bin/sleep", "600"));
        await warden.DisposeAsync();
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AProgramThatIsNotThereIsAnErrorThatLeavesNothing()
    {
        var warden = await StartAsync();

        var error = await Assert.ThrowsAsync<SandboxBootException>(() => RunAsync(warden, "/no/such/program"));

        await warden.DisposeAsync();
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AResourceThatCannotBeHadIsAnErrorThatNamesItAndLeavesNothing()
    {
        var warden = await StartAsync();

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => warden.RunAsync(
            new WardenPlan { Resources = [ResourceHandle.Of("perpetual-motion", ("name", "one"))], Program = ["/bin/sleep", "600"] }, default));

        await warden.DisposeAsync();
        Assert.Equal("MAY1020", error.Code);
        Assert.Contains("perpetual-motion", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task ARuntimeDirectoryThatCannotBeWrittenIsAnEarlyError()
    {
        var file = Path.Combine(_root, "file");
        await File.WriteAllTextAsync(file, "");

        var error = await Assert.ThrowsAsync<MayflyException>(() =>
            Warden.TryStartAsync(AgentBinary.Locate(), file, Facts("one"), most: null, default));

        Assert.Equal("MAY1020", error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTheEndOfAFloodOnStandardErrorIsKept()
    {
        await using var warden = await StartAsync("/bin/sh", "-c", "yes flood | head -c 1000000 >&2; echo end >&2");

        await warden.Ended.WaitAsync(_deadline);

        Assert.Equal(Warden.StandardErrorTailBytes, warden.StandardErrorTail.Length);
        Assert.EndsWith("end\n", warden.StandardErrorTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstSandboxOfAProcessClearsWhatDeadOwnersLeftAndNothingElse()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dead"));
        await File.WriteAllTextAsync(Path.Combine(_root, "dead", "qmp.sock"), "");
        Directory.CreateDirectory(Path.Combine(_root, ".others"));
        await File.WriteAllTextAsync(Path.Combine(_root, "file"), "");
        await using var living = (await Warden.TryStartAsync(AgentBinary.Locate(), _root, Facts("living"), most: null, default))!;

        await using var warden = await WardenStarter.StartAsync(AgentBinary.Locate(), _root, "one", "a test", TimeProvider.System, default);

        Assert.Equal([".others", "living", "one"], Directory.GetDirectories(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(_root, "file")));
    }

    [Fact]
    public async Task ReapingBesideStartsTakesNoLivingSandbox()
    {
        using var stop = new CancellationTokenSource();
        var reaping = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.Empty((await Reaper.ReapAllAsync(AgentBinary.Locate(), _root)).Reaped);
            }
        });

        for (var i = 0; i < 50; i++)
        {
            await using var warden = (await Warden.TryStartAsync(AgentBinary.Locate(), _root, Facts($"s{i}"), most: null, default))!;
            Assert.True(File.Exists(Path.Combine(warden.Directory, ResourceNames.LockFile)));
        }

        await stop.CancelAsync();
        await reaping;
    }

    private static SandboxFacts Facts(string id) => new() { Id = id, Created = DateTimeOffset.UnixEpoch };

    private static Task RunAsync(Warden warden, params string[] program) => warden.RunAsync(new WardenPlan { Program = program }, default);

    private async Task<Warden> StartAsync(params string[] program)
    {
        var warden = (await Warden.TryStartAsync(AgentBinary.Locate(), _root, Facts("one"), most: null, default))!;
        if (program.Length > 0)
        {
            await RunAsync(warden, program);
        }

        return warden;
    }

    private static bool IsRunning(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
