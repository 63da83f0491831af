using System.Net;
using Mayfly.Diagnostics;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Mayfly.SshNet;

/// <summary>
/// SSH.NET in place of the system's <c>ssh</c>: <c>new SandboxSsh { Client = new SshNetClient() }</c>. Keys, trust and error
/// codes are the same.
/// </summary>
public sealed class SshNetClient : ISshClient
{
    /// <inheritdoc/>
    public async Task<SshChannel> StartAsync(SshRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var key = ReadKey(request);
        using var login = new PrivateKeyAuthenticationMethod(request.User, key);
        var hostKey = new HostKeyCheck(request.HostKey);
        LoopbackRelay? relay = null;
        SshClient? client = null;
        try
        {
            relay = await LoopbackRelay.StartAsync(request, cancellationToken).ConfigureAwait(false);
            client = new SshClient(Describe(request, login, relay.EndPoint));
            client.HostKeyReceived += hostKey.Check;

            // SSH.NET waits by blocking, where a token does not reach it; the connection's end does.
            var giveUp = cancellationToken.Register(relay.Abort);
            await using var _ = giveUp.ConfigureAwait(false);
            var (started, way) = (client, relay);
            return await BlockingWork.RunAsync(() => Open(started, way, request.Command, hostKey)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (relay is not null)
            {
                relay.Abort();
                await BlockingWork.RunAsync(() => client?.Dispose()).ConfigureAwait(false);
                await relay.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw SshNetErrors.Explain(request, hostKey, exception);
        }
    }

    private static SshNetChannel Open(SshClient client, LoopbackRelay relay, string commandText, HostKeyCheck hostKey)
    {
        client.Connect();
        var command = client.CreateCommand(commandText);
        relay.Limit.LoggedIn(command.OutputStream);
        var running = command.ExecuteAsync(CancellationToken.None);

        // From here on it is how long a write may wait for a guest that is busy.
        client.ConnectionInfo.Timeout = Timeout.InfiniteTimeSpan;
        return new SshNetChannel(client, relay, command, running, hostKey.Presented);
    }

    private static ConnectionInfo Describe(SshRequest request, AuthenticationMethod login, IPEndPoint endPoint)
    {
        var connection = new ConnectionInfo(endPoint.Address.ToString(), endPoint.Port, request.User, login) { Timeout = request.Timeout };

        // What is unpacked has no bound.
        connection.CompressionAlgorithms.Remove("zlib@openssh.com");
        foreach (var name in connection.HostKeyAlgorithms.Keys.Where(name => !HostKeyAlgorithm.Suits(name, request.HostKey.Span)).ToList())
        {
            connection.HostKeyAlgorithms.Remove(name);
        }

        return connection.HostKeyAlgorithms.Count > 0
            ? connection
            : throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"the host key of {request.HostAlias} is of the kind '{SshNetErrors.Clean(HostKeyAlgorithm.KindOf(request.HostKey.Span))}', which SSH.NET does not know. Give the server's ssh-ed25519 key.");
    }

    private static PrivateKeyFile ReadKey(SshRequest request)
    {
        try
        {
            return new PrivateKeyFile(request.IdentityPath);
        }
        catch (Exception exception) when (exception is SshException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or FormatException)
        {
            throw SshNetErrors.KeyUnusable(request, exception);
        }
    }
}
