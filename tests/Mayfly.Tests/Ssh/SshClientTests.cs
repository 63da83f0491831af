using Mayfly.Diagnostics;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

/// <summary>What a client of somebody else's can do to a session.</summary>
public sealed class SshClientTests
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task AClientThatHangsTimesOut()
    {
        var client = new ScriptedSshClient(HangAsync);

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(client, _short, CancellationToken.None));

        Assert.Equal(ErrorCode.SshTimedOut, error.Code);
        Assert.Contains("HandshakeTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellationIsTheCallersOwnWhateverTheClientThrows()
    {
        using var caller = new CancellationTokenSource(_short);
        var client = new ScriptedSshClient(async (request, ct) =>
        {
            await ((Task)HangAsync(request, ct)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException("a token of its own");
        });

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OpenAsync(client, SessionFixture.Patience, caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task AClientThatGivesUpUnaskedIsAnError()
    {
        var client = new ScriptedSshClient((_, _) => throw new OperationCanceledException());

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(client, SessionFixture.Patience, CancellationToken.None));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
    }

    [Fact]
    public async Task WhatTheClientSaysIsCleanedAndShown()
    {
        var channel = new EndedSshChannel("gone\u001b[2J", "its last\u001b[2J words\n");

        var error = await Assert.ThrowsAsync<SandboxSshException>(
            () => OpenAsync(new ScriptedSshClient((_, _) => Task.FromResult<SshChannel>(channel)), SessionFixture.Patience, CancellationToken.None));

        Assert.Equal(ErrorCode.SshSessionFailed, error.Code);
        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
        Assert.Contains("its last", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(channel.IsDisposed);
    }

    private static async Task<SshChannel> HangAsync(SshRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException();
    }

    private static async Task OpenAsync(ISshClient client, TimeSpan handshake, CancellationToken cancellationToken)
    {
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            await stream.WriteAsync("SSH-2.0-any\r\n"u8.ToArray(), ct);
            await Task.Delay(Timeout.Infinite, ct);
        });
        using var folder = new TestFolder();
        await SshSessionTests.OpenAsync(
            new SshPlan
            {
                Endpoint = server.Endpoint,
                User = "root",
                IdentityPath = folder["id"],
                Trust = SshTrust.Pin("mayfly-test", SshPublicKey.FromRaw(new byte[SshPublicKey.RawBytes])),
                KnownHostsPath = folder["known_hosts"],
                Client = client,
                Bootstrap = SshBootstrap.OfForeignImage(AgentBinary.Locate()),
                ConnectTimeout = SessionFixture.Patience,
                HandshakeTimeout = handshake,
            },
            cancellationToken);
    }
}
