using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Ssh;
using Mayfly.Tests;
using Mayfly.Tests.Session;
using Mayfly.Tests.Ssh;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.SshNet.Tests;

/// <summary>Whole sessions over SSH.NET to real servers, whose image knows nothing of Mayfly.</summary>
public sealed class SshNetSessionTests
{
    [RootTheory]
    [InlineData(SshServerKind.OpenSsh, false)]
    [InlineData(SshServerKind.OpenSsh, true)]
    [InlineData(SshServerKind.Dropbear, false)]
    [InlineData(SshServerKind.Dropbear, true)]
    public async Task ACommandsEndAndStreamsAreItsOwn(SshServerKind kind, bool behindSocket)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind, BehindSocket = behindSocket });
        var (connection, hostKey) = await SshSessionTests.OpenAsync(PlanOf(server));
        await using (connection)
        {
            Assert.Equal(server.HostKey.PublicKey, hostKey);
            var (outcome, output, errors) = await connection.RunAsync("echo out; echo problem >&2; exit 255");
            Assert.Equal((WireEndKind.Exited, 255), (outcome.Kind, outcome.ExitCode));
            Assert.Equal(("out\n", "problem\n"), (output, errors));
        }
    }

    [RootFact]
    public async Task AnotherHostKeyThanThePinnedOneIsRefusedAndNothingIsRun()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/bin/bash", Profile = "touch ~/ran" });
        var ran = Path.Combine(server.Home, "ran");
        var other = (await server.MakeKeyAsync("other")).PublicKey;

        var error = await Assert.ThrowsAsync<SandboxSshException>(
            () => SshSessionTests.OpenAsync(PlanOf(server) with { Trust = SshTrust.Pin("mayfly-test", other) }));

        Assert.Equal(ErrorCode.SshHostKeyChanged, error.Code);
        Assert.Contains(other.Fingerprint, error.Message, StringComparison.Ordinal);
        Assert.Contains(server.HostKey.PublicKey.Fingerprint, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(ran));

        // With the right key it is.
        await (await SshSessionTests.OpenAsync(PlanOf(server))).Connection.DisposeAsync();
        Assert.True(File.Exists(ran));
    }

    [RootFact]
    public async Task AKeyThatTheServerDoesNotKnowIsDenied()
    {
        await using var server = await SshServer.StartAsync(new());
        var other = await server.MakeKeyAsync("other");

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => SshSessionTests.OpenAsync(PlanOf(server) with { IdentityPath = other.Path }));

        Assert.Equal(ErrorCode.SshAccessDenied, error.Code);
        Assert.Contains("authorized_keys", error.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task AFirstKeyIsTakenAndTold()
    {
        await using var server = await SshServer.StartAsync(new());

        await using var channel = await StartAsync(server.Request("true") with { HostKey = default });

        var told = await channel.ReadHostKeyAsync(CancellationToken.None);
        Assert.Equal(server.HostKey.PublicKey, SshPublicKey.FromBlob(told.Span));
    }

    [RootFact]
    public async Task AShellThatRunsNothingIsNamedWithItsWords()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/usr/sbin/nologin" });

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => SshSessionTests.OpenAsync(PlanOf(server)));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
        Assert.Contains("not available", error.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task TheConnectionsEndIsTold()
    {
        await using var server = await SshServer.StartAsync(new());
        var (connection, _) = await SshSessionTests.OpenAsync(PlanOf(server));
        await using (connection)
        {
            await server.DisposeAsync();

            Assert.Contains("the SSH connection was lost", await connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        }
    }

    [RootFact]
    public async Task OutputThatWaitsForItsReaderArrivesWhole()
    {
        await using var server = await SshServer.StartAsync(new());
        var bytes = RandomNumberGenerator.GetBytes(8 * ReceiveLimit.MaxWaitingBytes);
        await File.WriteAllBytesAsync(Path.Combine(server.Home, "many"), bytes);
        await using var channel = await StartAsync(server.Request("cat ~/many"));
        var received = new byte[bytes.Length];

        await channel.Output.ReadExactlyAsync(received).AsTask().WaitAsync(SessionFixture.Patience);

        Assert.True(bytes.AsSpan().SequenceEqual(received));
        Assert.Equal(0, await channel.Output.ReadAsync(new byte[1]).AsTask().WaitAsync(SessionFixture.Patience));
        Assert.Null(await channel.ReadLossAsync());
    }

    [RootFact]
    public async Task OfStandardErrorOnlyTheEndIsKept()
    {
        await using var server = await SshServer.StartAsync(new());
        await using var channel = await StartAsync(server.Request("head -c 20000000 /dev/zero | tr '\\0' x >&2; echo last words >&2"));

        Assert.Equal(0, await channel.Output.ReadAsync(new byte[1]).AsTask().WaitAsync(SessionFixture.Patience));

        Assert.Null(await channel.ReadLossAsync());
        Assert.InRange(channel.Words.Length, 1, 10_000);
        Assert.EndsWith("xxx" + "last words\n", channel.Words, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task AKilledChannelEndsItsReaderAndItsWriter()
    {
        await using var server = await SshServer.StartAsync(new());
        await using var channel = await StartAsync(server.Request("sleep 1000"));
        var reading = channel.Output.ReadAsync(new byte[1]).AsTask();
        var writing = WriteForEverAsync(channel.Input);

        channel.Kill();
        channel.Kill();

        Assert.Equal(0, await reading.WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAnyAsync<IOException>(() => writing.WaitAsync(SessionFixture.Patience));
        Assert.Contains("lost", await channel.ReadLossAsync(), StringComparison.Ordinal);
        await channel.DisposeAsync();
        channel.Kill();
    }

    [RootFact]
    public async Task DisposalLeavesNeitherThreadNorSocket()
    {
        await using var server = await SshServer.StartAsync(new());
        await UseAsync(server);
        var (sockets, threads) = (OwnProcess.Sockets(), OwnProcess.BlockingThreads());

        var (first, _) = await SshSessionTests.OpenAsync(PlanOf(server));
        var (second, _) = await SshSessionTests.OpenAsync(PlanOf(server));
        Assert.True(OwnProcess.Sockets() > sockets);
        Assert.True(OwnProcess.BlockingThreads() > threads);
        await first.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);
        await second.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);

        Assert.Equal(sockets, OwnProcess.Sockets());
        await OwnProcess.HasNoMoreBlockingThreadsAsync(threads);
    }

    [RootFact]
    public async Task DisposalEndsAPeerThatTakesNothing()
    {
        await using var server = await SshServer.StartAsync(new());
        await UseAsync(server);
        var (sockets, threads) = (OwnProcess.Sockets(), OwnProcess.BlockingThreads());
        var channel = await StartAsync(server.Request("trap '' HUP TERM; sleep 1000"));
        var writing = WriteForEverAsync(channel.Input);

        await channel.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);

        await Assert.ThrowsAnyAsync<IOException>(() => writing.WaitAsync(SessionFixture.Patience));
        Assert.Equal(sockets, OwnProcess.Sockets());
        await OwnProcess.HasNoMoreBlockingThreadsAsync(threads);
    }

    private static SshPlan PlanOf(SshServer server) => server.Plan() with { Client = new SshNetClient() };

    private static Task<SshChannel> StartAsync(SshRequest request) =>
        new SshNetClient().StartAsync(request, CancellationToken.None).WaitAsync(SessionFixture.Patience);

    /// <summary>What is there once and for all comes with the first connection.</summary>
    private static async Task UseAsync(SshServer server) => await (await SshSessionTests.OpenAsync(PlanOf(server))).Connection.DisposeAsync();

    private static async Task WriteForEverAsync(Stream stream)
    {
        while (true)
        {
            await stream.WriteAsync(new byte[64 * 1024]);
        }
    }
}
