using System.Security.Cryptography;

namespace Mayfly.Tests.Sandboxes;

[Trait("Category", "MicroVM")]
public abstract class ExecTests(SharedSandbox shared)
{
    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task TheGuestRunsItsOwnKernel()
    {
        var result = (await Sandbox.ExecAsync(["uname", "-r"], Patience.Long)).EnsureSuccess();

        var host = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim();
        Assert.NotEqual(host, result.StandardOutput.Trim());
        Assert.Equal(Sandbox.Guest.KernelRelease, result.StandardOutput.Trim());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task TheExitCodeIsPassedThrough(int code)
    {
        var result = await Sandbox.ShellAsync($"exit {code}", Patience.Long);

        Assert.Equal(ExecEndKind.Exited, result.End.Kind);
        Assert.Equal(code, result.ExitCode);
        Assert.Equal(code == 0, result.End.IsSuccess);
    }

    [Fact]
    public async Task ASignalIsNotAnExitCode()
    {
        var result = await Sandbox.ShellAsync("kill -SEGV $$", Patience.Long);

        Assert.Equal(ExecEndKind.Signalled, result.End.Kind);
        Assert.Equal(11, result.End.Signal);
        Assert.Null(result.ExitCode);
    }

    [Fact]
    public async Task TheTwoOutputsStayApart()
    {
        var result = await Sandbox.ShellAsync("echo out; echo err >&2; echo out2", Patience.Long);

        Assert.Equal("out\nout2\n", result.StandardOutput);
        Assert.Equal("err\n", result.StandardError);
    }

    [Fact]
    public async Task ArgumentsReachTheProgramAsTheyAre()
    {
        string[] arguments = ["a b", "", "$HOME", "'\"", "*", "new\nline", "üñí", new string('x', 100_000)];

        var result = await Sandbox.ExecAsync(["printf", "<%s>\\n", .. arguments], Patience.Long);

        Assert.Equal(string.Concat(arguments.Select(a => $"<{a}>\n")), result.EnsureSuccess().StandardOutput);
    }

    [Fact]
    public async Task BinaryInputComesBackUnchanged()
    {
        var bytes = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        var options = Patience.Long with { Input = new MemoryStream(bytes) };

        var result = await Sandbox.ExecAsync(["cat"], options);

        Assert.True(result.EnsureSuccess().StandardOutputBytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task WithoutInputACommandReadsEndOfFile()
    {
        var result = await Sandbox.ExecAsync(["wc", "-c"], Patience.Long);

        Assert.Equal("0", result.EnsureSuccess().StandardOutput.Trim());
    }

    [Fact]
    public async Task ACommandMayEndWithoutReadingItsInput()
    {
        var options = Patience.Long with { Input = new MemoryStream(new byte[16 * 1024 * 1024]) };

        var result = await Sandbox.ExecAsync(["true"], options);

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task EnvironmentDirectoryAndUserAreSet()
    {
        var options = Patience.Long with
        {
            WorkingDirectory = "/tmp",
            User = "nobody",
            Environment = new Dictionary<string, string> { ["GREETING"] = "hello = world" },
        };

        var result = await Sandbox.ShellAsync("pwd; id -un; echo \"$GREETING\"", options);

        Assert.Equal("/tmp\nnobody\nhello = world\n", result.EnsureSuccess().StandardOutput);
    }

    [Fact]
    public async Task TheHostsEnvironmentStaysOutside()
    {
        Environment.SetEnvironmentVariable("MAYFLY_TEST_SECRET", "do not leak");

        var result = await Sandbox.ExecAsync(["env"], Patience.Long);

        Assert.Contains("PATH=", result.EnsureSuccess().StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("MAYFLY_TEST_SECRET", result.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-program", ExecStartFailure.NotFound)]
    [InlineData("/etc/passwd", ExecStartFailure.NotExecutable)]
    public async Task AProgramThatCannotRunSaysWhy(string program, ExecStartFailure failure)
    {
        var result = await Sandbox.ExecAsync([program], Patience.Long);

        Assert.Equal(ExecEndKind.CouldNotStart, result.End.Kind);
        Assert.Equal(failure, result.End.StartFailure);
        Assert.Contains(program, result.End.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAbsentDirectoryAndAnUnknownUserAreToldApart()
    {
        var directory = await Sandbox.ExecAsync(["true"], Patience.Long with { WorkingDirectory = "/absent" });
        var user = await Sandbox.ExecAsync(["true"], Patience.Long with { User = "stranger" });

        Assert.Equal(ExecStartFailure.BadWorkingDirectory, directory.End.StartFailure);
        Assert.Equal(ExecStartFailure.UnknownUser, user.End.StartFailure);
        var exception = Assert.Throws<ExecException>(() => directory.EnsureSuccess());
        Assert.Equal("MAY3005", exception.Code);
        Assert.Contains("/absent", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreOutputThanIsKeptIsCountedAndTheCommandGoesOn()
    {
        var options = Patience.Long with { MaxCapturedOutput = ByteSize.KiB(64) };

        var result = await Sandbox.ShellAsync("head -c 20000000 /dev/zero; echo done >&2", options);

        Assert.Equal(0, result.ExitCode);
        Assert.True(result.IsTruncated);
        Assert.Equal(64 * 1024, result.StandardOutputBytes.Length);
        Assert.Equal(20_000_000, result.StandardOutputSize.Bytes);
        Assert.Equal("done\n", result.StandardError);
    }

    [Fact]
    public async Task OutputGoesToTheCallersStreams()
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();

        await Sandbox.ShellAsync("echo one; echo two >&2", Patience.Long with { Output = output, Error = error });

        Assert.Equal("one\n"u8.ToArray(), output.ToArray());
        Assert.Equal("two\n"u8.ToArray(), error.ToArray());
    }

    [Fact]
    public async Task ABackgroundChildOutlivesItsCommandAndDelaysNothing()
    {
        var result = await Sandbox.ShellAsync("(sleep 1000; echo late) & echo $!", Patience.Long);

        var pid = result.EnsureSuccess().StandardOutput.Trim();
        var alive = await Sandbox.ShellAsync($"kill -0 {pid}", Patience.Long);
        Assert.Equal(0, alive.ExitCode);
        await Sandbox.ShellAsync($"kill {pid}", Patience.Long);
    }

    [Fact]
    public async Task CommandsRunSideBySide()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Sandbox.ShellAsync($"echo {number}", Patience.Long)));

        Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}\n"), results.Select(r => r.StandardOutput));
    }

    [Fact]
    public async Task AnUnreadCommandDoesNotHoldUpItsNeighbours()
    {
        await using var flood = await Sandbox.StartCommandAsync(["yes"], Patience.Long);

        var neighbour = await Sandbox.ExecAsync(["echo", "through"], Patience.Long);

        Assert.Equal("through\n", neighbour.StandardOutput);
        Assert.False(flood.Completion.IsCompleted);
    }

    [Fact]
    public async Task EventsTellTheWholeStoryInOrder()
    {
        var events = new List<ExecEvent>();
        await foreach (var happening in Sandbox.StreamAsync(["sh", "-c", "echo a; echo b >&2; exit 3"], Patience.Long))
        {
            events.Add(happening);
        }

        Assert.IsType<ExecStarted>(events[0]);
        var completed = Assert.IsType<ExecCompleted>(events[^1]);
        Assert.Equal(3, completed.Result.ExitCode);
        var outputs = events.OfType<ExecOutput>().ToList();
        Assert.Equal("a\n"u8.ToArray(), outputs.Where(o => o.Stream == OutputStream.Output).SelectMany(o => o.Bytes.ToArray()));
        Assert.Equal("b\n"u8.ToArray(), outputs.Where(o => o.Stream == OutputStream.Error).SelectMany(o => o.Bytes.ToArray()));
        Assert.Equal(events.Count, outputs.Count + 2);
    }

    [Fact]
    public async Task LeavingTheEventsEarlyEndsTheCommand()
    {
        var pid = 0;
        await foreach (var happening in Sandbox.StreamAsync(["sh", "-c", "echo up; sleep 1000"], Patience.Long))
        {
            if (happening is ExecStarted started)
            {
                pid = started.ProcessId;
            }
            else if (happening is ExecOutput)
            {
                break;
            }
        }

        var alive = await Sandbox.ShellAsync($"kill -0 {pid}", Patience.Long);
        Assert.NotEqual(0, pid);
        Assert.NotEqual(0, alive.ExitCode);
    }

    [Fact]
    public async Task ASignalReachesTheCommand()
    {
        await using var command = await Sandbox.StartCommandAsync(["sh", "-c", "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.1; done"], Patience.Long);
        using var reader = new StreamReader(command.Output);
        Assert.Equal("ready", await reader.ReadLineAsync().WithPatience());

        await command.SignalAsync(2);

        Assert.Equal("caught", await reader.ReadLineAsync().WithPatience());
        var end = await command.Completion.WithPatience();
        Assert.Equal(7, end.ExitCode);
    }

    [Fact]
    public async Task ATerminalHasItsSizeAndFollowsChanges()
    {
        var options = Patience.Long with { Terminal = new TerminalSize(101, 37) };
        await using var command = await Sandbox.StartCommandAsync(["sh", "-c", "tty; stty size; read line; stty size"], options);
        using var reader = new StreamReader(command.Output);
        Assert.StartsWith("/dev/pts/", await reader.ReadLineAsync().WithPatience(), StringComparison.Ordinal);
        Assert.Equal("37 101", await reader.ReadLineAsync().WithPatience());

        await command.ResizeAsync(new TerminalSize(80, 24));
        await command.Input.WriteAsync("go\n"u8.ToArray());

        Assert.Equal("go", await reader.ReadLineAsync().WithPatience());
        Assert.Equal("24 80", await reader.ReadLineAsync().WithPatience());
    }

    [Fact]
    public async Task TooMuchMemoryIsTold()
    {
        var options = Patience.Long with { Memory = ByteSize.MiB(16) };

        var result = await Sandbox.ExecAsync(["sh", "-c", "exec tail /dev/zero"], options);

        Assert.Equal(ExecEndKind.OutOfMemory, result.End.Kind);
        Assert.Null(result.ExitCode);
        Assert.Equal("MAY3004", Assert.Throws<ExecException>(result.EnsureSuccess).Code);
    }

    [Fact]
    public async Task AForkBombStopsAtItsLimit()
    {
        var options = Patience.Long with { MaxProcesses = 20, Timeout = TimeSpan.FromSeconds(60) };

        var result = await Sandbox.ShellAsync("n=0; while [ $n -lt 50 ]; do sleep 1000 & n=$((n+1)); done; echo survived", options);

        Assert.NotEqual("survived\n", result.StandardOutput);
        Assert.NotEqual(ExecEndKind.GuestDied, result.End.Kind);
        await Sandbox.ShellAsync("killall sleep", Patience.Long);
    }

    [Fact]
    public async Task AnEmptyCommandIsRefusedBeforeAnythingHappens()
    {
        var none = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ExecAsync([]));
        var blank = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ExecAsync(["  "]));
        var script = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ShellAsync(" "));

        Assert.All([none, blank, script], exception => Assert.Equal("MAY1008", exception.Code));
    }
}
