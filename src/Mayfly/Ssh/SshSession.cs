using Mayfly.Session;
using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>The conversation with an agent at the far end of one SSH connection.</summary>
/// <param name="Connection">The conversation; its disposal ends the agent and the connection.</param>
/// <param name="HostKey">The server's key, pinned or known from now on.</param>
internal sealed record SshSession(AgentConnection Connection, SshPublicKey HostKey)
{
    /// <summary>
    /// Opens it: looks whether a server answers, has the client check its key and log in, starts the agent there and waits
    /// for its greeting. Where that fails, nothing of it is left on either side.
    /// </summary>
    /// <exception cref="SandboxSshException">MAY2101 to MAY2108.</exception>
    /// <exception cref="SandboxConfigurationException">MAY1001, MAY1006, MAY1015.</exception>
    /// <exception cref="SandboxBootException">MAY2004: the agent is of another age.</exception>
    public static async Task<SshSession> OpenAsync(SshPlan plan, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var expected = plan.Trust.Expect();
        var client = plan.Client ?? new OpenSshClient(await SshProgram.LocateAsync(cancellationToken).ConfigureAwait(false), plan, expected, time);
        var server = await new SshProbe(plan.Endpoint, plan.ConnectTimeout, time).IdentifyAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        Log.SshServerFound(logger, plan.Endpoint, GuestMessages.Clean(server)!);

        using var limit = new CancellationTokenSource(plan.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var channel = await StartAsync(client, plan, expected, limit.Token, cancellationToken).ConfigureAwait(false);
        var stream = new SshStream(channel);
        var preamble = new SshPreamble(stream, plan.Bootstrap);
        AgentConnection? connection = null;
        try
        {
            // A pipe's reader can't be interrupted; the writer's end can.
            var guard = either.Token.Register(channel.Kill);
            await using var _ = guard.ConfigureAwait(false);
            await preamble.WaitForScriptAsync().ConfigureAwait(false);
            var key = expected ?? await RememberAsync(plan, channel, either.Token).ConfigureAwait(false);
            await preamble.StartAgentAsync(either.Token).ConfigureAwait(false);
            connection = await AgentConnection.OpenAsync(stream, time, logger, either.Token).ConfigureAwait(false);
            await guard.DisposeAsync().ConfigureAwait(false);

            // Too late by a moment: the connection has been ended under the session.
            either.Token.ThrowIfCancellationRequested();
            Log.SshSessionOpen(logger, plan.Endpoint, plan.User, key.Fingerprint);
            return new SshSession(connection, key);
        }
        catch (Exception exception)
        {
            // As it was when it failed: the end takes its time as well.
            var late = limit.IsCancellationRequested;
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (late)
            {
                throw TimedOut(plan, channel.Words, exception);
            }

            if (exception is not IOException)
            {
                throw;
            }

            throw preamble.HasBegun
                ? SshErrors.SessionFailed("The SSH session ended before the agent had greeted.", channel.Words, exception)
                : await channel.ExplainAsync(preamble.Chatter).ConfigureAwait(false);
        }
    }

    private static async Task<SshChannel> StartAsync(
        ISshClient client, SshPlan plan, SshPublicKey? expected, CancellationToken limit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        try
        {
            return await client.StartAsync(Request(plan, expected), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            // The caller's end is the caller's own, whichever token a client throws it with.
            cancellationToken.ThrowIfCancellationRequested();
            throw limit.IsCancellationRequested ? TimedOut(plan, "", exception) : SshErrors.SessionFailed("The SSH client gave up unasked.", "", exception);
        }
    }

    private static SshRequest Request(SshPlan plan, SshPublicKey? expected) => new()
    {
        SocketPath = plan.Endpoint.SocketPath,
        Host = plan.Endpoint.Host,
        Port = plan.Endpoint.Port,
        User = plan.User,
        IdentityPath = plan.IdentityPath,
        HostAlias = plan.Trust.Alias,
        HostKey = expected is null ? default : expected.Blob.ToArray(),
        KnownHostsPath = plan.KnownHostsPath,
        Command = plan.Bootstrap.Command,
        Timeout = plan.HandshakeTimeout,
    };

    /// <summary>The key that the client has accepted as the first one, now known for good.</summary>
    private static async Task<SshPublicKey> RememberAsync(SshPlan plan, SshChannel channel, CancellationToken cancellationToken)
    {
        var blob = await channel.ReadHostKeyAsync(cancellationToken).ConfigureAwait(false);
        var key = SshPublicKey.FromBlob(blob.Span);
        await plan.Trust.RememberAsync(key, cancellationToken).ConfigureAwait(false);
        return key;
    }

    private static SandboxSshException TimedOut(SshPlan plan, string words, Exception cause) => SshErrors.TimedOut(
        $"The SSH server at {plan.Endpoint} did not get as far as a session within {plan.HandshakeTimeout.TotalSeconds:0.###} s. "
        + "It may hang or be too busy: look at the guest's console, or raise SandboxSsh.HandshakeTimeout."
        + (ConsoleText.LastLines(words, 1) is [var last] ? $" It said: {GuestMessages.Clean(last)}" : ""),
        cause);
}
