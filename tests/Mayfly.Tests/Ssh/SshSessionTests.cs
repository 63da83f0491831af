using System.Globalization;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Session;
using Mayfly.Ssh;
using Mayfly.Tests.Session;
using Microsoft.Extensions.Logging.Abstractions;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Tests.Ssh;

/// <summary>Whole sessions over the system's ssh to real servers, whose image knows nothing of Mayfly.</summary>
public sealed class SshSessionTests
{
    // Of /proc/PID/stat, behind the name.
    private const int ParentField = 1;
    private const int SessionField = 3;

    [RootTheory]
    [InlineData(SshServerKind.OpenSsh, false)]
    [InlineData(SshServerKind.OpenSsh, true)]
    [InlineData(SshServerKind.Dropbear, false)]
    [InlineData(SshServerKind.Dropbear, true)]
    public async Task ACommandsEndAndStreamsAreItsOwn(SshServerKind kind, bool behindSocket)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind, BehindSocket = behindSocket });
        var (connection, hostKey) = await OpenAsync(server.Plan());
        await using (connection)
        {
            Assert.Equal(server.HostKey.PublicKey, hostKey);

            // 255 is what ssh itself ends with where it fails.
            var (outcome, output, errors) = await connection.RunAsync("echo out; echo problem >&2; exit 255");
            Assert.Equal((WireEndKind.Exited, 255), (outcome.Kind, outcome.ExitCode));
            Assert.Equal(("out\n", "problem\n"), (output, errors));

            var (signalled, _, _) = await connection.RunAsync("kill -9 $$");
            Assert.Equal((WireEndKind.Signalled, 9), (signalled.Kind, signalled.Signal));

            var (timedOut, partial, _) = await connection.RunAsync("echo so far; sleep 1000", timeoutMs: 300);
            Assert.Equal((WireEndKind.TimedOut, "so far\n"), (timedOut.Kind, partial));
        }
    }

    [RootFact]
    public async Task ManyCommandsShareOneConnectionAndBytesArriveAsTheyAre()
    {
        await using var server = await SshServer.StartAsync(new());
        var (connection, _) = await OpenAsync(server.Plan());
        await using (connection)
        {
            var bytes = RandomNumberGenerator.GetBytes(3 * 1024 * 1024);
            await using var sleeper = await connection.StartScriptAsync("sleep 1000");
            await using var command = await connection.StartScriptAsync("cat");
            var sending = SendAsync(command, bytes);
            var received = new byte[bytes.Length];
            await command.Output.ReadExactlyAsync(received).AsTask().WaitAsync(SessionFixture.Patience);
            await sending;

            Assert.True(bytes.AsSpan().SequenceEqual(received));
            Assert.Equal(0, (await command.Outcome.WaitAsync(SessionFixture.Patience)).ExitCode);
            Assert.False(sleeper.Outcome.IsCompleted);
        }
    }

    [RootFact]
    public async Task AFolderGoesThereAndComesBack()
    {
        await using var server = await SshServer.StartAsync(new());
        var source = Directory.CreateDirectory(Path.Combine(server.Directory, "source"));
        await File.WriteAllBytesAsync(Path.Combine(source.FullName, "file"), RandomNumberGenerator.GetBytes(300_000));
        var (connection, _) = await OpenAsync(server.Plan());
        await using (connection)
        {
            await connection.PushAsync(source.FullName, server.Home + "/there", null, CancellationToken.None).WaitAsync(SessionFixture.Patience);
            await connection.PullAsync(server.Home + "/there", Path.Combine(server.Directory, "back"), null, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        }

        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(source.FullName, "file")),
            await File.ReadAllBytesAsync(Path.Combine(server.Directory, "back", "file")));
    }

    [RootTheory]
    [InlineData(SshServerKind.OpenSsh)]
    [InlineData(SshServerKind.Dropbear)]
    public async Task NothingOfASessionIsLeft(SshServerKind kind)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind });
        var plan = server.Plan();
        var (connection, _) = await OpenAsync(plan);
        await using var command = await connection.StartScriptAsync($"echo runs; sleep 1000; : {server.Directory} far end");
        using var reader = new StreamReader(command.Output);
        Assert.Equal("runs", await reader.ReadLineAsync().WaitAsync(SessionFixture.Patience));
        Assert.NotEmpty(ClientProcesses(server));
        var far = ProcessesNaming("far end", server.Directory);
        var agent = far.Select(process => StatusOf(process, ParentField)).Single(parent => !far.Contains(parent));

        // Dropbear's sessions do not have the server's TMPDIR.
        string[] places = [$"/tmp/.mayfly-{plan.Bootstrap.Nonce}", $"{server.Directory}/tmp/.mayfly-{plan.Bootstrap.Nonce}"];
        Assert.DoesNotContain(places, Directory.Exists);

        await connection.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);

        // The far end has been told and the near one has waited for it.
        Assert.Empty(ClientProcesses(server));
        Assert.Empty(ProcessesNaming("far end", server.Directory));
        Assert.False(Directory.Exists($"/proc/{agent}"), "the agent lives on");
        Assert.DoesNotContain(places, Directory.Exists);
    }

    [RootFact]
    public async Task TheOwnersTerminalIsNotSshs()
    {
        await using var server = await SshServer.StartAsync(new());
        var (connection, _) = await OpenAsync(server.Plan());
        await using (connection)
        {
            var own = StatusOf($"{Environment.ProcessId}", SessionField);

            Assert.All(ClientProcesses(server), process => Assert.NotEqual(own, StatusOf(process, SessionField)));
        }
    }

    [RootFact]
    public async Task TheConnectionsEndIsToldInOpenSshsWords()
    {
        await using var server = await SshServer.StartAsync(new());
        var (connection, _) = await OpenAsync(server.Plan());
        await using (connection)
        {
            var (_, agent, _) = await connection.RunAsync("echo $PPID");
            await server.DisposeAsync();

            var reason = await connection.Closed.WaitAsync(SessionFixture.Patience);

            Assert.Contains("ssh lost the connection", reason, StringComparison.Ordinal);
            Assert.NotEmpty(agent);
        }
    }

    [RootFact]
    public async Task AChattyProfileIsPassedOver()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/bin/bash", Profile = "printf 'Welcome\\nready\\nsend\\nno end of line'" });
        var (connection, _) = await OpenAsync(server.Plan());
        await using (connection)
        {
            Assert.Equal("fine\n", (await connection.RunAsync("echo fine")).Output);
        }
    }

    [RootFact]
    public async Task AProfileThatNeverEndsItsTalkIsAnError()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/bin/bash", Profile = "yes" });

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(server.Plan()));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
        Assert.Contains("profile", error.Message, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("noexec", null, "noexec")]
    [InlineData("ro", null, "may write to none")]
    [InlineData("size=1m", null, "room")]
    [InlineData(null, "rm mkdir chmod", "head")]
    [InlineData(null, "rm mkdir chmod head wc uname=aarch64", "x86-64")]
    public async Task AGuestThatCannotTakeTheAgentSaysWhy(string? places, string? programs, string why)
    {
        using var path = new TestFolder();
        MakePrograms(path, programs);
        await using var server = await SshServer.StartAsync(new() { Places = places, SearchPath = programs is null ? null : path.Path });

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(server.Plan()));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(server.Directory, "tmp")));
        Assert.Empty(ClientProcesses(server));
    }

    [RootFact]
    public async Task AnImageWithoutTheAgentSaysSo()
    {
        await using var server = await SshServer.StartAsync(new());

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(server.Plan() with { Bootstrap = SshBootstrap.OfDefaultImage() }));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
    }

    [RootFact]
    public async Task AShellThatRunsNothingIsNamedWithItsWords()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/usr/sbin/nologin" });

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(server.Plan()));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
        Assert.Contains("not available", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Processes of this host that the client side has: they name the test's own file of known hosts.</summary>
    internal static IReadOnlyList<string> ClientProcesses(SshServer server) => ProcessesNaming("UserKnownHostsFile", server.Directory);

    internal static async Task<(AgentConnection Connection, SshPublicKey HostKey)> OpenAsync(SshPlan plan, CancellationToken cancellationToken = default)
    {
        var session = await SshSession.OpenAsync(plan, NullLogger.Instance, TimeProvider.System, cancellationToken).WaitAsync(SessionFixture.Patience * 2, CancellationToken.None);
        return (session.Connection, session.HostKey);
    }

    private static IReadOnlyList<string> ProcessesNaming(params string[] words) =>
    [
        .. Directory.GetDirectories("/proc")
            .Select(process => Path.GetFileName(process))
            .Where(process => int.TryParse(process, CultureInfo.InvariantCulture, out _))
            .Where(process => CommandLine(process) is var line && words.All(word => line.Contains(word, StringComparison.Ordinal))),
    ];

    private static string StatusOf(string process, int field)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[field];
    }

    private static async Task SendAsync(IGuestCommand command, byte[] bytes)
    {
        await command.Input.WriteAsync(bytes);
        await command.Input.DisposeAsync();
    }

    private static void MakePrograms(TestFolder folder, string? programs)
    {
        foreach (var program in (programs ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (program.Split('=') is [var name, var answer])
            {
                File.WriteAllText(folder[name], $"#!/bin/sh\necho {answer}\n");
                File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
            else
            {
                File.CreateSymbolicLink(folder[program], $"/bin/{program}");
            }
        }

        if (programs is not null)
        {
            File.CreateSymbolicLink(folder["sh"], "/bin/sh");
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
