using System.Net;

namespace Mayfly;

/// <summary>
/// A TAP device. Without a bridge host and guest get an address each, of a subnet that nothing else on the host uses
/// (<see cref="Sandbox.Network"/> tells them), and the guest sends everything to the host.
/// </summary>
public sealed record TapNetwork : SandboxNetwork
{
    /// <summary>An existing bridge of the host's that the device becomes a port of. Default none.</summary>
    public string? Bridge { get; init; }

    /// <summary>
    /// The guest's IPv4 address on the bridge. Default none: its interface, eth0, is up and has no address, and a program in
    /// the guest may see to one.
    /// </summary>
    public IPAddress? Address { get; init; }

    /// <summary>How many leading bits of <see cref="Address"/> its neighbours share. Default 24; 1 to 30.</summary>
    public int PrefixLength { get; init; } = 24;

    /// <summary>Where the guest sends what is not for its neighbours; only together with <see cref="Address"/>. Default nowhere.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The guest's name server, an IPv4 address. Default none.</summary>
    public IPAddress? DnsServer { get; init; }
}
