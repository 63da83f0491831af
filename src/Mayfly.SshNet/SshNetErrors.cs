using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Renci.SshNet.Common;

namespace Mayfly.SshNet;

/// <summary>What SSH.NET's exceptions mean here. The server has a part in their words, so those are cleaned first.</summary>
internal static class SshNetErrors
{
    private const int MaxChars = 400;

    /// <summary>Explains why no command could be started.</summary>
    public static MayflyException Explain(SshRequest request, HostKeyCheck hostKey, Exception exception) => exception switch
    {
        MayflyException own => own,
        _ when hostKey.Refused is { } refused => new SandboxSshException(
            ErrorCode.SshHostKeyChanged,
            $"The SSH server '{request.HostAlias}' does not have the key it is known by: possibly a man in the middle. Known is {Fingerprint(hostKey.Presented.Span)}, "
            + $"the server has {Fingerprint(refused)}. Nothing was run on it. Find out why it changed before you trust the new key.",
            exception),
        SshAuthenticationException => new SandboxSshException(
            ErrorCode.SshAccessDenied,
            $"The SSH server '{request.HostAlias}' does not let '{request.User}' in with the key {request.IdentityPath}. Usual causes: "
            + $"the user does not exist or may not log in; the content of {request.IdentityPath}.pub is not a line of its ~/.ssh/authorized_keys; or StrictModes: the home directory, "
            + $"~/.ssh and authorized_keys must belong to that user or to root, and neither group nor others may write to them. {Said(exception)}",
            exception),
        SshOperationTimeoutException or TimeoutException => new SandboxSshException(
            ErrorCode.SshTimedOut,
            $"The SSH server '{request.HostAlias}' did not complete its handshake within {request.Timeout.TotalSeconds:0.###} s. It may hang or be too busy; raise SandboxSsh.HandshakeTimeout.",
            exception),
        SocketException => new SandboxSshException(
            ErrorCode.SshUnreachable, $"The SSH server '{request.HostAlias}' can't be reached. {Said(exception)} Check that it has been started, and the port.", exception),
        _ => new SandboxSshException(
            ErrorCode.SshNotSpoken,
            $"What answers for the SSH server '{request.HostAlias}' ended the connection in its handshake, or does not speak SSH as it should. Its log, or the guest's console, may say why. {Said(exception)}",
            exception),
    };

    /// <summary>The client's own key is of no use.</summary>
    public static SandboxSshException KeyUnusable(SshRequest request, Exception exception) => new(
        ErrorCode.SshAccessDenied,
        $"SSH.NET can't use the private key {request.IdentityPath}. It must be a private key in OpenSSH's form without a passphrase, which this user may read. {Said(exception)}",
        exception);

    /// <summary>Text that a server may have had a part in, made fit for a message.</summary>
    public static string Clean(string text) =>
        string.Concat(text.Take(MaxChars).Select(character => character is >= ' ' and <= '~' ? character : '.'));

    private static string Said(Exception exception) => $"SSH.NET said: {Clean(exception.Message)}";

    private static string Fingerprint(ReadOnlySpan<byte> key) =>
        $"{Clean(HostKeyAlgorithm.KindOf(key))} SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";
}
