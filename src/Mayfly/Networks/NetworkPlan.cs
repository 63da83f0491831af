using System.Net;
using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Networks;

/// <summary>
/// What a sandbox's network comes to: the card for the monitor, the settings for the agent, and what is told the user. Holds
/// the subnet of a link of its own until disposal.
/// </summary>
internal sealed class NetworkPlan : IAsyncDisposable
{
    private SubnetLease? Subnet { get; init; }

    /// <summary>The machine's card; null for none.</summary>
    public NetworkCard? Card { get; private init; }

    /// <summary>How the guest sets it up; null for no card.</summary>
    public NetworkSettings? Settings { get; private init; }

    private IPAddress? GuestAddress { get; init; }

    private IPAddress? HostAddress { get; init; }

    /// <summary>Makes the plan of one machine.</summary>
    /// <param name="network">What is wanted, checked.</param>
    /// <param name="sandboxId">The sandbox's id.</param>
    /// <exception cref="SandboxConfigurationException">MAY1013: no subnet is free; MAY1007: the runtime directory is unsafe.</exception>
    public static NetworkPlan Make(SandboxNetwork network, string sandboxId) => network switch
    {
        UserNetwork user => OfUser(user, MacAddress.Of(sandboxId)),
        TapNetwork { Bridge: { } bridge } tap => OfBridge(tap, bridge, sandboxId),
        TapNetwork tap => OfLink(tap, SubnetLease.Take(), sandboxId),
        _ => new NetworkPlan(),
    };

    /// <summary>What is told the user.</summary>
    /// <param name="ports">The forwarded ports as they have been bound.</param>
    public NetworkReport Report(IReadOnlyList<MappedPort> ports) => new() { GuestAddress = GuestAddress, HostAddress = HostAddress, Ports = ports };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Subnet?.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static NetworkPlan OfLink(TapNetwork network, SubnetLease subnet, string sandboxId) => new()
    {
        Subnet = subnet,
        Card = new TapNetworkCard(
            MacAddress.Of(sandboxId),
            new TapSpec { Name = ResourceNames.Tap(sandboxId), HostAddress = subnet.Host, PrefixLength = SubnetLease.PrefixLength }),
        Settings = new NetworkSettings
        {
            Address = subnet.Guest.ToString(),
            PrefixLength = SubnetLease.PrefixLength,
            Gateway = subnet.Host.ToString(),
            DnsServer = network.DnsServer?.ToString(),
        },
        GuestAddress = subnet.Guest,
        HostAddress = subnet.Host,
    };

    private static NetworkPlan OfBridge(TapNetwork network, string bridge, string sandboxId) => new()
    {
        Card = new TapNetworkCard(MacAddress.Of(sandboxId), new TapSpec { Name = ResourceNames.Tap(sandboxId), Bridge = bridge }),
        Settings = new NetworkSettings
        {
            Address = network.Address?.ToString(),
            PrefixLength = network.PrefixLength,
            Gateway = network.Gateway?.ToString(),
            DnsServer = network.DnsServer?.ToString(),
        },
        GuestAddress = network.Address,
    };

    /// <summary>
    /// Neither gateway nor name server where there is no way out: QEMU drops all but TCP without an answer, and a guest's
    /// program then waits for long, while what has no route fails at once. Forwarded connections come from the host's end, unless they come from
    /// elsewhere to an address that is not loopback, and then the answers need the gateway.
    /// </summary>
    private static NetworkPlan OfUser(UserNetwork network, MacAddress mac) => new()
    {
        Card = new UserNetworkCard(mac, network.Forwards, network.Outbound),
        Settings = new NetworkSettings
        {
            Address = UserModeNetwork.Guest.ToString(),
            PrefixLength = UserModeNetwork.Network.PrefixLength,
            Gateway = network.Outbound || network.Forwards.Any(forward => !IPAddress.IsLoopback(forward.HostAddress)) ? UserModeNetwork.Host.ToString() : null,
            DnsServer = network.Outbound ? UserModeNetwork.DnsServer.ToString() : null,
        },
        GuestAddress = UserModeNetwork.Guest,
        HostAddress = UserModeNetwork.Host,
    };
}
