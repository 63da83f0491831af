using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Mayfly.SshNet;

/// <summary>
/// SSH.NET in place of the system's OpenSSH: <c>new SandboxSsh { Client = new SshNetClient() }</c>. Keys, trust and errors are
/// the same.
/// </summary>
public sealed class SshNetClient : ISshClient
{
    // An emulated guest may say nothing for a minute under load.
    private static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task<SshChannel> StartAsync(SshRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var relay = request.SocketPath is { } path ? LoopbackRelay.Start(path) : null;
        var presented = Array.Empty<byte>();
        SshClient? client = null;
        try
        {
            var key = new PrivateKeyFile(request.IdentityPath);
            client = new SshClient(new ConnectionInfo(
                relay?.EndPoint.Address.ToString() ?? request.Host,
                relay?.EndPoint.Port ?? request.Port,
                request.User,
                new PrivateKeyAuthenticationMethod(request.User, key))
            {
                Timeout = request.Timeout,
            })
            {
                KeepAliveInterval = _keepAlive,
            };
            client.HostKeyReceived += (_, told) =>
            {
                presented = told.HostKey;
                told.CanTrust = request.HostKey.IsEmpty || CryptographicOperations.FixedTimeEquals(told.HostKey, request.HostKey.Span);
            };
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return SshNetChannel.Start(client, key, relay, request.Command, presented);
        }
        catch (Exception exception)
        {
            client?.Dispose();
            if (relay is not null)
            {
                await relay.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(request, presented, exception);
        }
    }

    private static Exception Explain(SshRequest request, byte[] presented, Exception exception) => exception switch
    {
        _ when presented.Length > 0 && !request.HostKey.IsEmpty && !CryptographicOperations.FixedTimeEquals(presented, request.HostKey.Span) => new SandboxSshException(
            ErrorCode.SshHostKeyChanged,
            $"the host key of {request.HostAlias} is {Fingerprint(presented)}, but {Fingerprint(request.HostKey.Span)} is known. Somebody may be in the middle, listening and changing what goes by; or the machine was set up anew. Find out which before you trust the new key.",
            exception),
        SshAuthenticationException => new SandboxSshException(
            ErrorCode.SshAccessDenied,
            $"the SSH server of {request.HostAlias} does not let '{request.User}' in with {request.IdentityPath}: {exception.Message} The usual causes: another user, a key that is not in the user's authorized_keys, or an owner or mode of the home directory, ~/.ssh or that file which StrictModes refuses (the user's own, 0755, 0700, 0600).",
            exception),
        SshOperationTimeoutException or TimeoutException => new SandboxSshException(
            ErrorCode.SshTimedOut,
            $"the SSH server of {request.HostAlias} did not complete its handshake within {request.Timeout.TotalSeconds:0.###} s. It may hang or be too busy; raise SandboxSsh.HandshakeTimeout.",
            exception),
        SocketException => new SandboxSshException(ErrorCode.SshUnreachable, $"the SSH server of {request.HostAlias} can't be reached: {exception.Message}", exception),
        SshException => new SandboxSshException(ErrorCode.SshNotSpoken, $"what answers for {request.HostAlias} does not speak SSH as it should: {exception.Message}", exception),
        IOException or UnauthorizedAccessException => new SandboxConfigurationException(
            ErrorCode.InvalidOption, $"the private key {request.IdentityPath} can't be read: {exception.Message}", exception),
        _ => exception,
    };

    private static string Fingerprint(ReadOnlySpan<byte> key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";
}
