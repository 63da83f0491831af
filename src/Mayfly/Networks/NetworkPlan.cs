using System.Net;
using Mayfly.Hypervisors;
using Mayfly.Protocol;

namespace Mayfly.Networks;

/// <summary>What a sandbox's network comes to: the card for the monitor, the settings for the agent, and what is told the user.</summary>
internal sealed class NetworkPlan
{
    /// <summary>The machine's card; null for none.</summary>
    public NetworkCard? Card { get; private init; }

    /// <summary>How the guest sets it up; null for no card.</summary>
    public NetworkSettings? Settings { get; private init; }

    private IPAddress? GuestAddress { get; init; }

    private IPAddress? HostAddress { get; init; }

    /// <summary>Makes the plan of one machine.</summary>
    /// <param name="network">What is wanted, checked.</param>
    /// <param name="sandboxId">The sandbox's id.</param>
    public static NetworkPlan Make(SandboxNetwork network, string sandboxId) => network switch
    {
        UserNetwork user => OfUser(user, MacAddress.Of(sandboxId)),
        _ => new NetworkPlan(),
    };

    /// <summary>What is told the user.</summary>
    /// <param name="ports">The forwarded ports as they have been bound.</param>
    public NetworkReport Report(IReadOnlyList<MappedPort> ports) => new() { GuestAddress = GuestAddress, HostAddress = HostAddress, Ports = ports };

    /// <summary>
    /// Neither gateway nor name server where there is no way out: what nobody answers takes a guest's program minutes to
    /// give up, what has no route fails at once. Forwarded connections come from the host's end, unless they come from
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
