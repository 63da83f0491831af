namespace Mayfly;

/// <summary>One command at an SSH server.</summary>
public sealed record SshRequest
{
    /// <summary>A Unix stream socket whose connections arrive at the server. Null: <see cref="Host"/> and <see cref="Port"/> say where it is.</summary>
    public string? SocketPath { get; init; }

    /// <summary>A name or an address.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Who logs in.</summary>
    public required string User { get; init; }

    /// <summary>The private key in OpenSSH's form, without a passphrase; absolute.</summary>
    public required string IdentityPath { get; init; }

    /// <summary>What the server is called where its key is looked up, and in messages.</summary>
    public required string HostAlias { get; init; }

    /// <summary>
    /// The key the server must have, as SSH sends it (RFC 4253, 6.6); any other is an error (MAY2104). Empty: the first one
    /// that is seen is taken, and told by <see cref="SshChannel.ReadHostKeyAsync"/>.
    /// </summary>
    public ReadOnlyMemory<byte> HostKey { get; init; }

    /// <summary>A private file of this connection's own, for clients that keep the server's key in one (OpenSSH's form).</summary>
    public required string KnownHostsPath { get; init; }

    /// <summary>The command, one line for the user's login shell.</summary>
    public required string Command { get; init; }

    /// <summary>How long connecting and logging in may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
