using Mayfly.Ssh;

namespace Mayfly;

/// <summary>
/// How programs reach a sandbox over SSH: <c>ssh -F CONFIG HOST</c>, and the same for scp, sftp and rsync. All files are in
/// the sandbox's private directory and gone with it; the user's own <c>~/.ssh</c> is neither read nor written.
/// </summary>
public sealed class SshAccess
{
    internal SshAccess(SshFiles files, string host, string user, string identityPath, ReadOnlyMemory<byte> hostKey)
    {
        Host = host;
        User = user;
        ConfigPath = files.Config;
        IdentityPath = identityPath;
        KnownHostsPath = files.KnownHosts;
        HostKey = hostKey;
    }

    /// <summary>The host of the configuration: the sandbox's name, or its id.</summary>
    public string Host { get; }

    /// <summary>The user to log in as.</summary>
    public string User { get; }

    /// <summary>OpenSSH's configuration with one host.</summary>
    public string ConfigPath { get; }

    /// <summary>The client's private key.</summary>
    public string IdentityPath { get; }

    /// <summary>The server's key in OpenSSH's form.</summary>
    public string KnownHostsPath { get; }

    /// <summary>The server's raw ed25519 public key, 32 bytes; empty where an image of your own has a key of another kind.</summary>
    public ReadOnlyMemory<byte> HostKey { get; }
}
