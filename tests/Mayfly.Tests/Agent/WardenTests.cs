using Mayfly.Protocol.Supervision;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Agent;

/// <summary>The native warden, as its owner sees it. Needs the native agent, which build/setup makes.</summary>
public sealed class WardenTests
{
    /// <summary>O_WRONLY and O_RDWR.</summary>
    private const int WriteAccess = 3;

    [Fact]
    public async Task EndOfInputKillsTheProgramAndRemovesTheDirectory()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;
        File.WriteAllText(Path.Combine(warden.Directory, "socket"), "x");

        warden.CloseInput();

        Assert.Equal("signalled 9", await warden.ReadLineAsync());
        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task EndOfInputKillsWhatTheProgramHasStarted()
    {
        var (warden, _) = await WardenProcess.StartAsync("sh", "-c", "sleep 600 & echo $! >&2; wait");
        using var ending = warden;
        var child = int.Parse((await warden.ReadErrorLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);

        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(child);
    }

    [Fact]
    public async Task EndOfInputKillsWhatTheProgramHasStartedInASessionOfItsOwn()
    {
        var (warden, _) = await WardenProcess.StartAsync("sh", "-c", "setsid sh -c 'echo $$ >&2; exec sleep 600' & wait");
        using var ending = warden;
        var child = int.Parse((await warden.ReadErrorLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);

        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(child);
    }

    [Fact]
    public async Task TheDeathOfTheWardenKillsTheProgram()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;

        warden.Kill();

        await WardenProcess.WaitForEndOfAsync(program);
    }

    [Fact]
    public async Task AnExitIsReportedAndTheDirectoryWaitsForTheOwner()
    {
        var (warden, _) = await WardenProcess.StartAsync("sh", "-c", "exit 42");
        using var ending = warden;

        Assert.Equal("exited 42", await warden.ReadLineAsync());
        Assert.True(Directory.Exists(warden.Directory));

        warden.CloseInput();
        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task ASignalIsReported()
    {
        var (warden, _) = await WardenProcess.StartAsync("sh", "-c", "kill -TERM $$");
        using var ending = warden;

        Assert.Equal("signalled 15", await warden.ReadLineAsync());
    }

    [Fact]
    public async Task AMissingProgramIsReportedAndTheDirectoryStillRemoved()
    {
        using var warden = await WardenProcess.StartAsync();
        warden.Send(new WardenPlan { Program = ["/nowhere/no-such-program"] }.Write());

        var line = await warden.ReadLineAsync();
        warden.CloseInput();

        Assert.StartsWith("failed ", line, StringComparison.Ordinal);
        Assert.Contains("/nowhere/no-such-program", line, StringComparison.Ordinal);
        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task TheProgramHasNothingOfItsWardenButStandardError()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;

        var open = OpenFilesOf(program);
        Assert.Equal(["0", "1", "2"], open.Keys);
        Assert.Equal("/dev/null", open["0"]);
        Assert.Equal("/dev/null", open["1"]);
        Assert.StartsWith("pipe:", open["2"], StringComparison.Ordinal);
        Assert.Matches(@"Max core file size +0 +0 ", File.ReadAllText($"/proc/{program}/limits"));
    }

    [Fact]
    public async Task AFileThatThePlanNamesIsInheritedToBeReadAndNothingElse()
    {
        using var file = new TemporaryFolder();
        File.WriteAllText(file["state"], "x");
        using var warden = await WardenProcess.StartAsync();
        warden.Send(new WardenPlan
        {
            Resources = [ResourceHandle.Of(ResourceKind.OpenFile, ("path", file["state"]))],
            Program = ["sleep", "600"],
        }.Write());
        var program = await warden.ReadStartedAsync();

        Assert.Equal(["0", "1", "2", "3"], OpenFilesOf(program).Keys);
        Assert.Equal(file["state"], OpenFilesOf(program)["3"]);
        Assert.Equal(0, Convert.ToInt32(FlagsOf(program, 3), 8) & WriteAccess);

        warden.CloseInput();
        Assert.Equal("signalled 9", await warden.ReadLineAsync());
        Assert.Equal(0, await warden.WaitAsync());
        Assert.True(File.Exists(file["state"]));
    }

    [Theory]
    [InlineData("/nowhere/no-such-state", "/nowhere/no-such-state")]
    [InlineData(null, "path")]
    public async Task AFileThatCantBeOpenedIsReportedAndNothingStarts(string? path, string told)
    {
        using var warden = await WardenProcess.StartAsync();

        warden.Send(new WardenPlan { Resources = [ResourceHandle.Of(ResourceKind.OpenFile, ("path", path))], Program = ["sleep", "600"] }.Write());
        var line = await warden.ReadLineAsync();
        warden.CloseInput();

        Assert.StartsWith("denied open-file", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AStrangersFileThatItsOwnerHasInheritedIsNeitherTheWardensNorTheProgramsToHoldOpen()
    {
        using var warden = new WardenProcess(startedBy: ["bash", "-c", "exec \"$@\" 10</dev/zero 251</dev/zero", "bash"]);
        Assert.Equal("ready", await warden.ReadLineAsync());
        warden.Send(new WardenPlan { Program = ["sleep", "600"] }.Write());
        var program = await warden.ReadStartedAsync();

        Assert.DoesNotContain("/dev/zero", OpenFilesOf(warden.ProcessId).Values);
        Assert.Equal(["0", "1", "2"], OpenFilesOf(program).Keys);
    }

    [Fact]
    public async Task AnOwnerThatStopsListeningDoesNotEndTheWarden()
    {
        var (warden, program) = await WardenProcess.StartAsync("sh", "-c", "while :; do echo noise >&2; sleep 0.01; done");
        using var ending = warden;

        warden.StopListening();
        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task LinksInTheDirectoryAreRemovedAndNotFollowed()
    {
        var precious = Directory.CreateTempSubdirectory("mft-precious-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(precious, "kept"), "x");
            using var warden = await WardenProcess.StartAsync();
            Directory.CreateSymbolicLink(Path.Combine(warden.Directory, "link"), precious);
            Directory.CreateDirectory(Path.Combine(warden.Directory, "a", "b", "c"));

            warden.CloseInput();

            Assert.Equal(0, await warden.WaitAsync());
            Assert.False(Directory.Exists(warden.Directory));
            Assert.True(File.Exists(Path.Combine(precious, "kept")));
        }
        finally
        {
            Directory.Delete(precious, recursive: true);
        }
    }

    [Fact]
    public async Task TheRecordNamesOwnerWardenAndProgramByMoreThanTheirNumbers()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;

        var facts = SandboxFacts.TryRead(File.ReadAllBytes(Path.Combine(warden.Directory, ResourceNames.FactsFile)));
        var handle = Assert.Single(HandleLine.ReadLiving(File.ReadAllBytes(Path.Combine(warden.Directory, ResourceNames.HandlesFile))));

        Assert.Equal(Environment.ProcessId, facts!.Owner!.ProcessId);
        Assert.Equal(warden.ProcessId, facts.Warden!.ProcessId);
        Assert.Equal(program, ProcessIdentity.TryTake(handle.Handle.Facts, "")!.ProcessId);
        Assert.Equal(HandleState.Made, handle.State);
        Assert.Equal(ProcessIdentity.TryReadStartTicks(File.ReadAllText($"/proc/{program}/stat")), ProcessIdentity.TryTake(handle.Handle.Facts, "")!.StartTicks);
    }

    [Fact]
    public async Task ALifetimeEndsTheSandboxAlthoughItsOwnerLives()
    {
        using var warden = await WardenProcess.StartAsync();
        warden.Send(new WardenPlan { Program = ["sleep", "600"], Lifetime = TimeSpan.FromMilliseconds(300) }.Write());
        var program = await warden.ReadStartedAsync();

        Assert.Equal("expired", await warden.ReadLineAsync());
        Assert.Equal("signalled 9", await warden.ReadLineAsync());
        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AnOwnerThatSaysNothingHasMadeNothing()
    {
        var root = Directory.CreateTempSubdirectory("mft-").FullName;
        var start = new System.Diagnostics.ProcessStartInfo(WardenProcess.AgentPath, ["warden", root, "one"]) { RedirectStandardInput = true };
        using var process = System.Diagnostics.Process.Start(start)!;

        process.StandardInput.Close();

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        Directory.Delete(root);
    }

    [Fact]
    public async Task AnIdIsUsedOnce()
    {
        using var first = await WardenProcess.StartAsync();
        using var second = new WardenProcess(root: first.Root, id: first.Id);

        Assert.StartsWith("failed making ", await second.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await second.WaitAsync());
        Assert.True(Directory.Exists(first.Directory));
    }

    [Fact]
    public async Task TheMostSandboxesAreCountedWhenOneIsMade()
    {
        using var first = await WardenProcess.StartAsync();
        using var second = new WardenProcess(most: 2, root: first.Root, id: "two");
        using var third = new WardenProcess(most: 2, root: first.Root, id: "three");

        Assert.Equal(["full", "ready"], new[] { await second.ReadLineAsync(), await third.ReadLineAsync() }.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("warden relative one")]
    [InlineData("warden /tmp ../one")]
    [InlineData("warden /tmp one 0")]
    [InlineData("reap relative")]
    [InlineData("list")]
    [InlineData("")]
    public async Task ArgumentsThatMakeNoSenseAreRefused(string arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(WardenProcess.AgentPath, arguments) { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;

        Assert.StartsWith("usage:", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(64, process.ExitCode);
    }

    [Fact]
    public async Task APlanThatMakesNoSenseIsRefused()
    {
        using var warden = await WardenProcess.StartAsync();

        warden.Send("{\"kind\":\n"u8);

        Assert.StartsWith("failed ", await warden.ReadLineAsync(), StringComparison.Ordinal);
    }

    /// <summary>The flags of an open file as the kernel shows them, in octal.</summary>
    private static string FlagsOf(int process, int file) =>
        File.ReadLines($"/proc/{process}/fdinfo/{file}").First(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..].Trim();

    private static SortedDictionary<string, string?> OpenFilesOf(int process) =>
        new(new DirectoryInfo($"/proc/{process}/fd").GetFileSystemInfos().ToDictionary(file => file.Name, file => file.LinkTarget), StringComparer.Ordinal);
}
