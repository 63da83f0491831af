namespace Mayfly.Ssh;

/// <summary>Everything about a session that is known before it is opened.</summary>
internal sealed record SshPlan
{
    /// <summary>Where the server is.</summary>
    public required SshEndpoint Endpoint { get; init; }

    /// <summary>Who logs in.</summary>
    public required string User { get; init; }

    /// <summary>The private key; absolute.</summary>
    public required string IdentityPath { get; init; }

    /// <summary>By what key the server is known.</summary>
    public required SshTrust Trust { get; init; }

    /// <summary>
    /// The connection's own file of known hosts, in a private directory; it is written here and holds the server's one key
    /// once the session is open.
    /// </summary>
    public required string KnownHostsPath { get; init; }

    /// <summary>Who speaks SSH; null for the system's OpenSSH.</summary>
    public ISshClient? Client { get; init; }

    /// <summary>How the agent is started at the far end.</summary>
    public required SshBootstrap Bootstrap { get; init; }

    /// <summary>From dialling until the server has said that it speaks SSH.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>From there until the agent has greeted.</summary>
    public required TimeSpan HandshakeTimeout { get; init; }
}
