namespace Mayfly.Protocol;

/// <summary>Where the guest's image keeps what the agent reads at boot.</summary>
public static class GuestPaths
{
    /// <summary>A <see cref="GuestSettings"/> as JSON; carried by the sandbox's own cpio archive. May be absent.</summary>
    public const string Settings = "/etc/mayfly/settings.json";

    /// <summary>
    /// Kernel modules to load before a session over virtio-serial opens: one absolute path per line, in load order.
    /// </summary>
    public const string SerialModules = "/etc/mayfly/modules.serial";

    /// <summary>The same for a session over vsock.</summary>
    public const string VsockModules = "/etc/mayfly/modules.vsock";

    /// <summary>What is loaded besides those where the machine has a network card.</summary>
    public const string NetworkModules = "/etc/mayfly/modules.network";

    /// <summary>Names the name server; the agent writes it.</summary>
    public const string ResolverConfiguration = "/etc/resolv.conf";

    /// <summary>What is to be loaded after either of them where there are disks.</summary>
    public const string DiskModules = "/etc/mayfly/modules.disk";

    /// <summary>The SSH server, dropbear; only in machines that shall have one.</summary>
    public const string SshServer = "/usr/sbin/dropbear";

    /// <summary>The server's own key in its own form; 0600.</summary>
    public const string SshServerKey = "/etc/dropbear/dropbear_ed25519_host_key";

    /// <summary>The same key as OpenSSH keeps it, 0600; its public half lies beside it with <c>.pub</c> behind its name, 0644.</summary>
    public const string SshHostKey = "/etc/ssh/ssh_host_ed25519_key";

    /// <summary>The machine's identity for programs that look for one, as systemd defines it; the agent writes it.</summary>
    public const string MachineId = "/etc/machine-id";

    /// <summary>Modules for <see cref="GuestSettings.Layers"/>, loaded after <see cref="DiskModules"/>.</summary>
    public const string LayerModules = "/etc/mayfly/modules.layer";

    /// <summary>Name of the virtio-serial port the session runs on.</summary>
    public const string SessionPort = "mayfly.session";
}
