using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>Sandboxes that outlive the command which made them.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class KeepTests(CommandHost host)
{
    private const int SIGKILL = 9;

    [Fact]
    public async Task AKeptSandboxOutlivesItsCommandUntilItIsRemoved()
    {
        var run = (await RunKeptAsync("--", "sh", "-c", "cat; echo out; echo err >&2; exit 7")).Expect(7);
        Assert.Equal("out\n", run.Output);
        Assert.Contains("err\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("sandbox dev (", run.Error, StringComparison.Ordinal);

        var (id, keeper) = await FindAsync("dev");
        Assert.Equal("/", Readlink(keeper, "cwd"));
        Assert.All(["fd/0", "fd/1", "fd/2"], stream => Assert.Equal("/dev/null", Readlink(keeper, stream)));
        Assert.Matches($@"(?m)^{id} +dev +alive ", (await host.RunAsync("ps")).Expect(0).Output);
        Assert.Matches($@"(?m)^process +{keeper}@.* keeper", (await host.RunAsync("inventory")).Expect(0).Output);

        (await RunKeptAsync("--", "true")).Expect(125).ExpectError("MAY1022");

        Assert.Equal($"removed dev ({id})\n", (await host.RunAsync("rm", "dev")).Expect(0).Output);
        AssertEnded(keeper);
        host.AssertNothingLeft();
        (await host.RunAsync("rm", "dev")).Expect(125).ExpectError("MAY1023");
    }

    [Fact]
    public async Task WithoutACommandASandboxIsStartedAndKept()
    {
        using var report = JsonDocument.Parse((await RunKeptAsync("--json")).Expect(0).Output);
        Assert.Equal("dev", report.RootElement.GetProperty("name").GetString());
        Assert.False(report.RootElement.TryGetProperty("end", out _));
        var (id, keeper) = await FindAsync("dev");
        Assert.Equal(id, report.RootElement.GetProperty("id").GetString());

        Assert.Equal($"removed dev ({id})\n", (await host.RunAsync("rm", "--all")).Expect(0).Output);
        AssertEnded(keeper);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task NobodyWaitsForTheKeeperWhoWaitsForTheEndOfTheOutput()
    {
        // Its input never ends, and its output and its errors go to pipes of which the end is waited for.
        var script = $"exec 9>&1; '{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' run --keep --name dev -- echo done 2>&1 | cat; exec 9>&-; read -r line; echo \"$line\"";
        await using var process = MayflyProcess.StartProgram(host.RuntimeDirectory, "/bin/bash", ["-c", script]);
        await process.Output.UntilAsync("is kept");

        await process.Input.WriteAsync("for the next\n"u8.ToArray());
        await process.Input.FlushAsync();
        var result = (await process.EndAsync()).Expect(0);

        Assert.EndsWith("\nfor the next\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("\ndone\n", result.Output, StringComparison.Ordinal);
        await FindAsync("dev");
        (await host.RunAsync("rm", "dev")).Expect(0);
        host.AssertNothingLeft();
    }

    [Theory]
    [InlineData(SIGKILL)]
    [InlineData(Libc.Terminate)]
    [InlineData(Libc.Interrupt)]
    public async Task AKeeperThatIsSignalledTakesTheSandboxWithIt(int signal)
    {
        (await RunKeptAsync("--quiet")).Expect(0);
        var (id, keeper) = await FindAsync("dev");

        Assert.Equal(0, Libc.Kill(keeper, signal));

        await UntilGoneAsync(id, keeper);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AKeeperEndsWithItsMachine()
    {
        (await RunKeptAsync("--quiet")).Expect(0);
        var (id, keeper) = await FindAsync("dev");

        Assert.Equal(0, Libc.Kill(CommandHost.ProcessIdOf($"mayfly-{id}"), SIGKILL));

        await UntilGoneAsync(id, keeper);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AnInterruptIsTheCommandsAndItsSandboxIsKept()
    {
        await using var process = StartKept("--", "sh", "-c", "trap 'echo trapped; exit 7' INT; echo ready; while :; do sleep 1; done");
        await process.Output.UntilAsync("ready");
        process.Signal(Libc.Interrupt);

        Assert.Equal("ready\ntrapped\n", (await process.EndAsync()).Expect(7).Output);
        (await host.RunAsync("rm", "dev")).Expect(0);
        host.AssertNothingLeft();
    }

    [Theory]
    [InlineData(Libc.Interrupt, 130)]
    [InlineData(Libc.Terminate, 143)]
    public async Task WhoGivesUpBeforeTheCommandHasEndedKeepsNothing(int signal, int exitCode)
    {
        await using var process = StartKept("--", "sh", "-c", "trap 'echo trapped' INT; echo ready; while :; do sleep 1; done");
        await process.Output.UntilAsync("ready");
        if (signal == Libc.Interrupt)
        {
            process.Signal(signal);
            await process.Output.UntilAsync("trapped");
        }

        process.Signal(signal);

        (await process.EndAsync()).Expect(exitCode);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AnInterruptWhileTheMachineComesUpKeepsNothing()
    {
        await using var process = StartKept();
        await host.UntilSandboxExistsAsync();
        process.Signal(Libc.Interrupt);

        (await process.EndAsync()).Expect(130);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AForegroundThatIsKilledKeepsNothing()
    {
        await using var process = StartKept("--", "sh", "-c", "echo ready; exec sleep 600");
        await process.Output.UntilAsync("ready");
        var (id, keeper) = await FindAsync("dev");

        process.Signal(SIGKILL);

        await UntilGoneAsync(id, keeper);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AKeeperThatIsKilledUnderItsCommandIsAnErrorOfMayflys()
    {
        await using var process = StartKept("--quiet", "--", "sh", "-c", "echo ready; exec sleep 600");
        await process.Output.UntilAsync("ready");
        var (id, keeper) = await FindAsync("dev");

        Assert.Equal(0, Libc.Kill(keeper, SIGKILL));

        (await process.EndAsync()).Expect(125).ExpectError("MAY3006");
        await UntilGoneAsync(id, keeper);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task RemovingASandboxOfAnotherCommandsTellsThatCommand()
    {
        await using var process = host.Start("run", "--name", "busy", "--timeout", "none", "--", "sh", "-c", "echo ready; exec sleep 600");
        await process.Output.UntilAsync("ready");
        var (id, owner) = await FindAsync("busy");
        Assert.Equal(process.Id, owner);
        (await host.RunAsync("ssh", "busy")).Expect(125).ExpectError("MAY1024");

        Assert.Equal($"removed busy ({id})\n", (await host.RunAsync("rm", id)).Expect(0).Output);

        var result = (await process.EndAsync()).Expect(125).ExpectError("MAY3006");
        Assert.Contains("somebody has removed the sandbox", result.Error, StringComparison.Ordinal);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task SshBecomesOpenSshAndTheCommandArrivesAsItWasGiven()
    {
        (await RunKeptAsync("--quiet")).Expect(0);
        var (id, _) = await FindAsync("dev");
        var config = Path.Combine(host.RuntimeDirectory, "mayfly", id, "ssh_config");
        await File.WriteAllTextAsync(config, "# of a test\nHost dev\n    User root\n");

        Assert.Equal("# of a test\nHost dev\n    User root\n", (await host.RunAsync("ssh-config", id)).Expect(0).Output);
        Assert.Equal("# of a test\nHost box\n    User root\n", (await host.RunAsync("ssh-config", "dev", "--host", "box")).Expect(0).Output);
        (await host.RunAsync("ssh-config", "dev", "--host", "a b")).Expect(125).ExpectError("MAY1001");

        var folder = Directory.CreateDirectory(Path.Combine(host.RuntimeDirectory, "path"));
        void OwnPath(ProcessStartInfo start) => start.Environment["PATH"] = folder.FullName;
        (await host.RunAsync(OwnPath, "ssh", "dev")).Expect(125).ExpectError("MAY1015");

        // Says which process it is and what it was given, and has a shell take the command apart as the guest's would.
        var ssh = Path.Combine(folder.FullName, "ssh");
        await File.WriteAllTextAsync(ssh, "#!/bin/sh\necho $$\nprintf '%s\\n' \"$1\" \"$2\" \"$3\"\n[ $# = 3 ] || eval \"printf '[%s]' $4\"\nexit 42\n");
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var process = host.Start(OwnPath, "ssh", "dev", "--", "-v", "it's", "", "$HOME `x` \"q\"\n*");
        var result = (await process.EndWithoutInputAsync()).Expect(42);
        Assert.Equal($"{process.Id}\n-F\n{config}\ndev\n[-v][it's][][$HOME `x` \"q\"\n*]", result.Output);
        Assert.EndsWith($"\n-F\n{config}\ndev\n", (await host.RunAsync(OwnPath, "ssh", id)).Expect(42).Output, StringComparison.Ordinal);

        folder.Delete(recursive: true);
        (await host.RunAsync("rm", "dev")).Expect(0);
        host.AssertNothingLeft();
    }

    private static string? Readlink(int process, string name) => new FileInfo($"/proc/{process}/{name}").LinkTarget;

    private static bool IsRunning(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static void AssertEnded(int process) => Assert.False(IsRunning(process));

    private Task<RunResult> RunKeptAsync(params string[] arguments) => host.RunAsync(["run", "--keep", "--name", "dev", "--timeout", "none", .. arguments]);

    private MayflyProcess StartKept(params string[] arguments) => host.Start(["run", "--keep", "--name", "dev", "--timeout", "none", .. arguments]);

    private async Task<(string Id, int Owner)> FindAsync(string name)
    {
        using var list = JsonDocument.Parse((await host.RunAsync("ps", "--json")).Expect(0).Output);
        var sandbox = Assert.Single(list.RootElement.GetProperty("sandboxes").EnumerateArray(), sandbox => sandbox.GetProperty("name").GetString() == name);
        Assert.Equal("alive", sandbox.GetProperty("state").GetString());
        return (sandbox.GetProperty("id").GetString()!, sandbox.GetProperty("ownerPid").GetInt32());
    }

    /// <summary>Waits for the end of a process, and for its sandbox to be gone; a directory goes by being renamed.</summary>
    private async Task UntilGoneAsync(string id, int process)
    {
        await CommandHost.UntilEndedAsync(process);
        var root = Path.Combine(host.RuntimeDirectory, "mayfly");
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(root) { NotifyFilter = NotifyFilters.DirectoryName };
        watcher.Deleted += (_, _) => CheckGone();
        watcher.Renamed += (_, _) => CheckGone();
        watcher.EnableRaisingEvents = true;
        CheckGone();
        await gone.Task.WithPatience();

        // The directory is the last thing that its warden removes before it ends.
        await CommandHost.UntilEndedAsync(id);

        void CheckGone()
        {
            if (Directory.GetDirectories(root, string.Create(CultureInfo.InvariantCulture, $"*{id}")).Length == 0)
            {
                gone.TrySetResult();
            }
        }
    }
}
