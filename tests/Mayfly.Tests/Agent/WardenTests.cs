namespace Mayfly.Tests.Agent;

public sealed class WardenTests
{
    [Fact]
    public async Task EndOfInputKillsTheProgramAndRemovesTheDirectory()
    {
        using var warden = new WardenProcess("sleep", "600");
        var program = await warden.ReadStartedAsync();
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
        using var warden = new WardenProcess("sh", "-c", "sleep 600 & echo $! >&2; wait");
        await warden.ReadStartedAsync();
        var child = int.Parse((await warden.ReadErrorLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);

        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(child);
    }

    [Fact]
    public async Task TheDeathOfTheWardenKillsTheProgram()
    {
        using var warden = new WardenProcess("sleep", "600");
        var program = await warden.ReadStartedAsync();

        warden.Kill();

        await WardenProcess.WaitForEndOfAsync(program);
    }

    [Fact]
    public async Task AnExitIsReportedAndTheDirectoryWaitsForTheOwner()
    {
        using var warden = new WardenProcess("sh", "-c", "exit 42");
        await warden.ReadStartedAsync();

        Assert.Equal("exited 42", await warden.ReadLineAsync());
        Assert.True(Directory.Exists(warden.Directory));

        warden.CloseInput();
        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task ASignalIsReported()
    {
        using var warden = new WardenProcess("sh", "-c", "kill -TERM $$");
        await warden.ReadStartedAsync();

        Assert.Equal("signalled 15", await warden.ReadLineAsync());
    }

    [Fact]
    public async Task AMissingProgramIsReportedAndTheDirectoryStillRemoved()
    {
        using var warden = new WardenProcess("/nowhere/no-such-program");

        var line = await warden.ReadLineAsync();
        warden.CloseInput();

        Assert.StartsWith("failed ", line, StringComparison.Ordinal);
        Assert.Contains("/nowhere/no-such-program", line, StringComparison.Ordinal);
        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task TheProgramsErrorsReachTheOwner()
    {
        using var warden = new WardenProcess("sh", "-c", "cat; echo out; echo no such machine >&2");
        await warden.ReadStartedAsync();

        Assert.Equal("exited 0", await warden.ReadLineAsync());
        warden.CloseInput();
        Assert.Equal("no such machine\n", await warden.ReadErrorsAsync());
    }

    [Fact]
    public async Task AnOwnerThatStopsListeningDoesNotEndTheWarden()
    {
        using var warden = new WardenProcess("sh", "-c", "while :; do echo noise >&2; sleep 0.01; done");
        var program = await warden.ReadStartedAsync();

        warden.StopListening();
        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task LinksInTheDirectoryAreRemovedAndNotFollowed()
    {
        var precious = Directory.CreateTempSubdirectory("mayfly-warden-precious-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(precious, "kept"), "x");
            using var warden = new WardenProcess("true");
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
    public async Task ArgumentsThatMakeNoSenseAreRefused()
    {
        var start = new System.Diagnostics.ProcessStartInfo(WardenProcess.AgentPath, "warden --remove relative -- true") { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;

        Assert.StartsWith("usage:", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(64, process.ExitCode);
    }
}
