namespace Mayfly;

/// <summary>The way in: how the host reaches the agent in the guest.</summary>
public enum SandboxTransport
{
    /// <summary>
    /// <see cref="Serial"/> for a clone of a template, which is what there is by default. For a machine that is booted, the best that
    /// monitor and host offer: <see cref="Vsock"/> nearly everywhere, <see cref="Serial"/> with a kernel of one's own. The boot
    /// report says which and why.
    /// </summary>
    Auto,

    /// <summary>
    /// A virtio-vsock device that Mayfly itself is the back end of (vhost-user). Needs no root, no kernel module and no
    /// context id of the host's.
    /// </summary>
    Vsock,

    /// <summary>
    /// A virtio-vsock device of the host's kernel. Needs read and write access to <c>/dev/vhost-vsock</c>. Every user of the
    /// host can then dial what listens in the guest; the agent's session has a key, and its JSON port is closed.
    /// </summary>
    KernelVsock,

    /// <summary>A virtio-serial port. The sandbox then has no vsock device.</summary>
    Serial,

    /// <summary>
    /// SSH, with the system's OpenSSH as the client: everything goes through the guest's own SSH server, which the default image
    /// has and an image of one's own must have. With the default image the bytes travel as with <see cref="Auto"/>, so that no
    /// network card is needed. See <see cref="SandboxOptions.Ssh"/>.
    /// </summary>
    Ssh,
}
