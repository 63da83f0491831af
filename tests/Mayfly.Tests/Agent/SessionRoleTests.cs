using System.Globalization;
using Mayfly.Tests.Session;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Tests.Agent;

/// <summary>Sessions in a machine whose init is another: this host. Needs the native agent, which build/setup makes.</summary>
public sealed class SessionRoleTests
{
    // No user's own, so that nothing else of it runs here.
    private const string Unprivileged = "65533";

    private static readonly string[] GroupRoots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];
    private static readonly string[] AsNobody = ["setpriv", "--reuid", Unprivileged, "--regid", Unprivileged, "--clear-groups"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task AnExitCodeIsTheCommandsOwn(int code)
    {
        await using var session = await SessionProcess.StartAsync();

        var (outcome, output, errors) = await session.RunAsync($"echo out; echo problem >&2; exit {code}");

        Assert.Equal((WireEndKind.Exited, code), (outcome.Kind, outcome.ExitCode));
        Assert.Equal(("out\n", "problem\n"), (output, errors));
    }

    [Fact]
    public async Task ACommandHasNothingOfTheConversation()
    {
        await using var session = await SessionProcess.StartAsync();

        var (_, descriptors, _) = await session.RunAsync("cd /proc/$$/fd; ls");
        var (_, streams, _) = await session.RunAsync("readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1 /proc/$PPID/fd/2");

        Assert.Equal("0\n1\n2\n", descriptors);
        var lines = streams.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("/dev/null", lines[0]);
        Assert.Equal(lines[2], lines[1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task TheEndOfTheSessionEndsTheWholeTree(string? signal)
    {
        await using var session = await SessionProcess.StartAsync();
        await using var command = await session.StartCommandAsync("setsid sh -c 'echo $$; sleep 600 & echo $!; wait' & wait");
        var child = int.Parse(await SessionProcess.ReadLineAsync(command.Output), CultureInfo.InvariantCulture);
        var grandchild = int.Parse(await SessionProcess.ReadLineAsync(command.Output), CultureInfo.InvariantCulture);
        await using var orphaned = await session.StartCommandAsync("setsid sleep 600 </dev/null >/dev/null 2>&1 & echo $!");
        var orphan = int.Parse(await SessionProcess.ReadLineAsync(orphaned.Output), CultureInfo.InvariantCulture);
        await orphaned.Outcome.WaitAsync(SessionFixture.Patience);

        if (signal is null)
        {
            session.CloseInput();
        }
        else
        {
            session.Signal(signal);
        }

        Assert.Equal(0, await session.WaitAsync());
        foreach (var process in (int[])[child, grandchild, orphan])
        {
            Assert.False(Directory.Exists($"/proc/{process}"), $"process {process} has outlived its session");
        }

        Assert.Empty(GroupsOf(session.ProcessId));
    }

    [Fact]
    public async Task AHostThatReadsNothingCanStillEndTheSession()
    {
        await using var session = await SessionProcess.StartAsync();
        await using var command = await session.StartCommandAsync("echo $$; exec cat /dev/zero");
        var process = int.Parse(await SessionProcess.ReadLineAsync(command.Output), CultureInfo.InvariantCulture);

        session.CloseInput();

        Assert.Equal(0, await session.WaitAsync());
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task WhoIsNotRootHasASessionAsItself()
    {
        await using var session = await SessionProcess.StartAsync(AsNobody);

        var (outcome, output, _) = await session.RunAsync("id -u; id -g; cat");
        var (other, _, _) = await session.RunAsync("true", "root");
        var (own, _, _) = await session.RunAsync("exit 255", Unprivileged);

        Assert.Equal((WireEndKind.Exited, 0), (outcome.Kind, outcome.ExitCode));
        Assert.Equal($"{Unprivileged}\n{Unprivileged}\n", output);
        Assert.Equal(WireEndKind.CouldNotStart, other.Kind);
        Assert.Contains("only root", other.Message, StringComparison.Ordinal);
        Assert.Equal(255, own.ExitCode);
    }

    [Fact]
    public async Task TheTreeOfWhoIsNotRootEndsWithTheSessionToo()
    {
        await using var session = await SessionProcess.StartAsync(AsNobody);
        await using var command = await session.StartCommandAsync("setsid sh -c 'echo $$; sleep 600 & echo $!; wait' & wait");
        var child = int.Parse(await SessionProcess.ReadLineAsync(command.Output), CultureInfo.InvariantCulture);
        var grandchild = int.Parse(await SessionProcess.ReadLineAsync(command.Output), CultureInfo.InvariantCulture);

        session.CloseInput();

        Assert.Equal(0, await session.WaitAsync());
        Assert.False(Directory.Exists($"/proc/{child}") || Directory.Exists($"/proc/{grandchild}"));
    }

    [Fact]
    public async Task TheDirectoryItCameInIsGoneOnceItGreets()
    {
        var directory = Directory.CreateTempSubdirectory("mft-").FullName;
        File.WriteAllText(Path.Combine(directory, "agent"), "");

        await using var session = await SessionProcess.StartAsync(null, directory);

        Assert.False(Directory.Exists(directory));
        Assert.Empty(session.Connection.Guest.Warnings);
    }

    [Fact]
    public async Task AHostThatBreaksTheProtocolIsToldOnStandardError()
    {
        using var process = AgentProcess.Start("session");

        process.StandardInput.BaseStream.Write(new byte[64].Select(_ => (byte)0xFF).ToArray());
        process.StandardInput.BaseStream.Flush();

        Assert.Contains("broke the protocol", await process.StandardError.ReadToEndAsync().WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(SessionFixture.Patience);
        Assert.Equal(70, process.ExitCode);
    }

    [Fact]
    public async Task StreamsThatAreNoConversationAreRefused()
    {
        var (code, _) = await AgentProcess.RunAsync("session", "relative");
        using var filed = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"{WardenProcess.AgentPath} session </dev/null"]) { RedirectStandardError = true })!;

        Assert.Equal(64, code);
        Assert.Contains("neither a pipe nor a socket", await filed.StandardError.ReadToEndAsync().WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await filed.WaitForExitAsync().WaitAsync(SessionFixture.Patience);
        Assert.Equal(1, filed.ExitCode);
    }

    private static string[] GroupsOf(int process) =>
        [.. GroupRoots.Select(root => $"{root}/mayfly-session-{process}").Where(Directory.Exists)];
}
