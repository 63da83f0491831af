namespace Mayfly.Ssh;

/// <summary>
/// OpenSSH's options, all of them said, so that nothing depends on what a system, a user or a version takes for granted. The
/// same for our own connection and for the configuration that people's programs use.
/// </summary>
internal static class SshOptions
{
    /// <summary>How the server is found, who logs in, and what is trusted.</summary>
    /// <param name="endpoint">Where the server is.</param>
    /// <param name="user">Who logs in.</param>
    /// <param name="identityPath">The private key.</param>
    /// <param name="alias">What the server is called in the file of its keys.</param>
    /// <param name="knownHostsPath">That file.</param>
    /// <param name="key">The key in it; null where it is empty and the first key is taken.</param>
    /// <param name="agentPath">The native agent, which dials sockets.</param>
    /// <exception cref="SandboxConfigurationException">A value can't be written (MAY1001).</exception>
    public static IEnumerable<(string Name, string Value)> Connection(
        SshEndpoint endpoint, string user, string identityPath, string alias, string knownHostsPath, SshPublicKey? key, string agentPath)
    {
        yield return ("HostName", endpoint.Host);
        yield return ("Port", $"{endpoint.Port}");
        yield return ("User", SshText.User(user));
        if (endpoint.SocketPath is { } socket)
        {
            // Passes the connected socket itself: no process stands between ssh and the guest.
            yield return ("ProxyCommand", $"{SshText.CommandWord(agentPath)} dial {SshText.CommandWord(socket)}");
            yield return ("ProxyUseFdpass", "yes");
        }

        yield return ("HostKeyAlias", alias);
        yield return ("StrictHostKeyChecking", key is null ? "accept-new" : "yes");
        if (key?.SignatureAlgorithms is { } algorithms)
        {
            yield return ("HostKeyAlgorithms", algorithms);
        }

        yield return ("UserKnownHostsFile", SshText.File(knownHostsPath));
        yield return ("GlobalKnownHostsFile", "/dev/null");
        yield return ("UpdateHostKeys", "no");
        yield return ("HashKnownHosts", "no");
        yield return ("CheckHostIP", "no");
        yield return ("VerifyHostKeyDNS", "no");
        yield return ("IdentityFile", SshText.File(identityPath));
        yield return ("IdentitiesOnly", "yes");
        yield return ("IdentityAgent", "none");
        yield return ("PreferredAuthentications", "publickey");
        yield return ("PubkeyAuthentication", "yes");
        yield return ("PasswordAuthentication", "no");
        yield return ("KbdInteractiveAuthentication", "no");
        yield return ("BatchMode", "yes");
        yield return ("CanonicalizeHostname", "no");
        yield return ("ConnectionAttempts", "1");

        // An emulated guest may say nothing for a minute under load; one that is gone is noticed after three.
        yield return ("ServerAliveInterval", "30");
        yield return ("ServerAliveCountMax", "6");
        yield return ("ForwardAgent", "no");
        yield return ("ForwardX11", "no");
        yield return ("AddKeysToAgent", "no");
        yield return ("PermitLocalCommand", "no");
        yield return ("Compression", "no");

        // Below it, ssh does not say that a server has hung up on it, or that they have no algorithm in common.
        yield return ("LogLevel", "INFO");
    }

    /// <summary>What else our own connection is: one command's streams and nothing beside them.</summary>
    public static IEnumerable<(string Name, string Value)> OneCommand()
    {
        yield return ("ControlMaster", "no");
        yield return ("ControlPath", "none");
        yield return ("ClearAllForwardings", "yes");
        yield return ("Tunnel", "no");
        yield return ("EscapeChar", "none");
        yield return ("RequestTTY", "no");
    }
}
