using System.Text;
using Mayfly.Session;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>The conversation with an agent at the far end of one <c>ssh</c>.</summary>
/// <param name="Connection">The conversation; its disposal ends the agent and <c>ssh</c>.</param>
/// <param name="HostKey">The server's key, pinned or known from now on.</param>
internal sealed record SshSession(AgentConnection Connection, SshPublicKey HostKey)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Opens it: looks whether a server answers, has <c>ssh</c> check its key and log in, starts the agent there and waits
    /// for its greeting. Where that fails, nothing of it is left on either side.
    /// </summary>
    /// <exception cref="SandboxSshException">MAY2101 to MAY2108.</exception>
    /// <exception cref="SandboxConfigurationException">MAY1001, MAY1006, MAY1015.</exception>
    /// <exception cref="SandboxBootException">MAY2004: the agent is of another age.</exception>
    public static async Task<SshSession> OpenAsync(SshPlan plan, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var agentPath = AgentBinary.Locate();
        var ssh = await SshProgram.LocateAsync(cancellationToken).ConfigureAwait(false);
        var expected = plan.Trust.Expect();
        var arguments = Arguments(plan, expected, agentPath);
        var server = await new SshProbe(plan.Endpoint, plan.ConnectTimeout, time).IdentifyAsync(plan.Patience, cancellationToken).ConfigureAwait(false);
        SshLog.ServerFound(logger, plan.Endpoint, GuestMessages.Clean(server)!);
        WriteKnownHosts(plan, expected);

        using var limit = new CancellationTokenSource(plan.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var process = SshProcess.Start(ssh, agentPath, arguments, time);
        var stream = new SshStream(process);
        var preamble = new SshPreamble(stream, plan.Bootstrap);
        AgentConnection? connection = null;
        try
        {
            // A pipe's reader can't be interrupted; the writer's end can.
            var guard = either.Token.Register(process.Kill);
            await using var _ = guard.ConfigureAwait(false);
            await preamble.WaitForScriptAsync().ConfigureAwait(false);
            var key = expected ?? await RememberAsync(plan, either.Token).ConfigureAwait(false);
            await preamble.StartAgentAsync(either.Token).ConfigureAwait(false);
            connection = await AgentConnection.OpenAsync(stream, time, logger, either.Token).ConfigureAwait(false);
            await guard.DisposeAsync().ConfigureAwait(false);

            // Too late by a moment: the process has been killed under the session.
            either.Token.ThrowIfCancellationRequested();
            SshLog.SessionOpen(logger, plan.Endpoint, plan.User, key.Fingerprint);
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
                throw TimedOut(plan, process.Words, exception);
            }

            if (exception is not IOException)
            {
                throw;
            }

            throw preamble.HasBegun
                ? SshErrors.SessionFailed("The SSH session ended before the agent had greeted.", process.Words, exception)
                : SshDiagnosis.Explain(plan, expected, process.ExitCode, process.Words, preamble.Chatter);
        }
    }

    internal static string[] Arguments(SshPlan plan, SshPublicKey? expected, string agentPath)
    {
        var options = SshOptions
            .Connection(plan.Endpoint, plan.User, plan.IdentityPath, plan.Trust.Alias, plan.KnownHostsPath, expected, agentPath)
            .Concat(SshOptions.OneCommand())
            .SelectMany(option => (string[])["-o", $"{option.Name}={option.Value}"]);
        return ["-F", "none", "-T", .. options, "--", plan.Trust.Alias, plan.Bootstrap.Command];
    }

    private static void WriteKnownHosts(SshPlan plan, SshPublicKey? expected)
    {
        try
        {
            File.Delete(plan.KnownHostsPath);
            using var file = new FileStream(
                plan.KnownHostsPath, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
            file.Write(Encoding.ASCII.GetBytes(expected is null ? "" : KnownHostsFile.Line(plan.Trust.Alias, expected)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(plan.KnownHostsPath, $"of this connection can't be written: {exception.Message}", exception);
        }
    }

    /// <summary>The key that ssh has accepted as the first one, now known for good.</summary>
    private static async Task<SshPublicKey> RememberAsync(SshPlan plan, CancellationToken cancellationToken)
    {
        SshPublicKey? accepted;
        try
        {
            using var file = File.OpenRead(plan.KnownHostsPath);
            accepted = KnownHostsFile.Read(file).Find(plan.Trust.Alias);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(plan.KnownHostsPath, $"of this connection can't be read: {exception.Message}", exception);
        }

        var key = accepted ?? throw SshErrors.KnownHosts(plan.KnownHostsPath, "of this connection does not hold the key that OpenSSH has accepted");
        await plan.Trust.RememberAsync(key, cancellationToken).ConfigureAwait(false);
        return key;
    }

    private static SandboxSshException TimedOut(SshPlan plan, string words, Exception cause) => SshErrors.TimedOut(
        $"The SSH server at {plan.Endpoint} did not get as far as a session within {plan.HandshakeTimeout.TotalSeconds:0.###} s. "
        + "It may hang or be too busy: look at the guest's console, or raise SandboxSsh.HandshakeTimeout."
        + (ConsoleText.LastLines(words, 1) is [var last] ? $" OpenSSH said: {GuestMessages.Clean(last)}" : ""),
        cause);
}
