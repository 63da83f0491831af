namespace Mayfly;

/// <summary>
/// QEMU's user-mode network. The guest is 10.0.2.15/24, the host's end 10.0.2.2; no device and no right of the host's is
/// needed.
/// </summary>
public sealed record UserNetwork : SandboxNetwork
{
    /// <summary>
    /// The ports of the host that lead into the guest. Default none; at most 128. UDP needs <see cref="Outbound"/>, because
    /// QEMU drops a restricted guest's answers.
    /// </summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>
    /// Whether the guest may connect to the outside, with name service (10.0.2.3). Default false: only forwarded ports work.
    /// Beware: with true the guest reaches whatever this process's user reaches, <b>services on the host's own loopback
    /// included</b> (as 10.0.2.2, or as 127.0.0.1 by packets of its own making). QEMU has no way to leave those out.
    /// </summary>
    public bool Outbound { get; init; }
}
