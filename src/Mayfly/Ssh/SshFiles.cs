namespace Mayfly.Ssh;

/// <summary>What SSH has in a sandbox's directory; all of it 0600, and gone with the directory.</summary>
/// <param name="Directory">The sandbox's directory.</param>
internal sealed record SshFiles(string Directory)
{
    /// <summary>Connections to it arrive at the guest's SSH server.</summary>
    public string Socket => Path.Combine(Directory, "ssh.sock");

    /// <summary>The client's private key; the public half has <c>.pub</c> behind its name.</summary>
    public string Identity => Path.Combine(Directory, "ssh_id_ed25519");

    /// <summary>The server's private key while it is made; it is gone once the guest has it.</summary>
    public string ServerKey => Path.Combine(Directory, "ssh_host_ed25519_key");

    /// <summary>The server's one key, under <see cref="HostAlias"/>.</summary>
    public string KnownHosts => Path.Combine(Directory, "ssh_known_hosts");

    /// <summary>For <c>ssh -F</c>: one block whose host is the sandbox's name, or its id.</summary>
    public string Config => Path.Combine(Directory, "ssh_config");

    /// <summary>What the server is called where its key is looked up.</summary>
    public string HostAlias => $"mayfly-{Path.GetFileName(Directory)}";
}
