namespace Mayfly.Protocol;

/// <summary>
/// How the agent sets up the guest's network card, <see cref="Interface"/>. Addresses are IPv4, in dotted notation.
/// </summary>
public sealed record NetworkSettings
{
    /// <summary>The interface: a machine has at most one card, and nothing in it gives cards other names.</summary>
    public const string Interface = "eth0";

    /// <summary>The guest's own address. Null: the interface is brought up without one.</summary>
    public string? Address { get; init; }

    /// <summary>How many leading bits of <see cref="Address"/> its neighbours share: 1 to 32.</summary>
    public int PrefixLength { get; init; } = 24;

    /// <summary>Where everything else is sent. Null: nowhere.</summary>
    public string? Gateway { get; init; }

    /// <summary>The name server, for <see cref="GuestPaths.ResolverConfiguration"/>. Null: none, and no such file.</summary>
    public string? DnsServer { get; init; }

    /// <summary>The largest packet in bytes. Null: the card's own, which is 1500.</summary>
    public int? Mtu { get; init; }
}
