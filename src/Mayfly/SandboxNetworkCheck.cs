using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly;

/// <summary>Checks <see cref="SandboxOptions.Network"/>, before anything is opened.</summary>
internal static class SandboxNetworkCheck
{
    private const int MaxForwards = 128;

    /// <summary>IFNAMSIZ without the closing NUL.</summary>
    private const int MaxInterfaceNameChars = 15;

    /// <summary>Throws for the first part that makes no sense.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static void Validate(SandboxNetwork? network)
    {
        Require(network is not null, "Network is null, but must be SandboxNetwork.None, User or Tap");
        switch (network)
        {
            case UserNetwork user:
                Validate(user);
                break;
            case TapNetwork tap:
                Validate(tap);
                break;
        }
    }

    private static void Validate(UserNetwork network)
    {
        Require(network.Forwards is not null && network.Forwards.All(forward => forward is not null), "Network.Forwards must neither be nor hold null");
        Require(network.Forwards.Count <= MaxForwards, $"Network.Forwards has {network.Forwards.Count} ports, but must have at most {MaxForwards}");
        foreach (var forward in network.Forwards)
        {
            Require(
                forward.GuestPort is >= 1 and <= IPEndPoint.MaxPort,
                $"the guest's port of a forward is {forward.GuestPort}, but must be 1 to {IPEndPoint.MaxPort}");
            Require(
                forward.HostPort is >= 0 and <= IPEndPoint.MaxPort,
                $"the host's port of a forward is {forward.HostPort}, but must be 0 (any that is free) to {IPEndPoint.MaxPort}");
            Require(IsIPv4(forward.HostAddress), $"the host's address of a forward is {forward.HostAddress}, but must be IPv4, such as 127.0.0.1");
            Require(Enum.IsDefined(forward.Protocol), $"the protocol of a forward is {forward.Protocol}, but must be Tcp or Udp");
        }

        Require(
            network.Outbound || network.Forwards.All(forward => forward.Protocol == PortProtocol.Tcp),
            "a UDP port is forwarded and Network.Outbound is false, but QEMU then drops the guest's answers. Set UserNetwork.Outbound (--network user:outbound), after reading what it lets the guest reach, or forward TCP");
        var twice = network.Forwards
            .Where(forward => forward.HostPort != 0)
            .GroupBy(forward => (forward.Protocol, forward.HostAddress, forward.HostPort))
            .FirstOrDefault(group => group.Skip(1).Any());
        Require(twice is null, $"the host's port {twice?.Key.HostPort} at {twice?.Key.HostAddress} is forwarded twice, but can lead to one port only");
    }

    private static void Validate(TapNetwork network)
    {
        Require(
            network.Bridge is null || IsInterfaceName(network.Bridge),
            $"Network.Bridge is '{network.Bridge}', but must be the name of a network interface: 1 to {MaxInterfaceNameChars} letters, digits, dots, hyphens and underscores");
        Require(network.PrefixLength is >= 1 and <= 30, $"Network.PrefixLength is {network.PrefixLength}, but must be 1 to 30");
        Require(network.DnsServer is null || IsIPv4(network.DnsServer), $"Network.DnsServer is {network.DnsServer}, but must be IPv4");
        if (network.Address is not { } address)
        {
            Require(network.Gateway is null, "Network.Gateway is set and Network.Address is not. Set both, or neither");
            return;
        }

        Require(network.Bridge is not null, "Network.Address is set without Network.Bridge, but a link of its own gets its addresses from Mayfly. Leave it out");
        Require(IsIPv4(address), $"Network.Address is {address}, but must be IPv4");
        Require(
            network.Gateway is null || (IsIPv4(network.Gateway) && !network.Gateway.Equals(address) && AreNeighbours(network.Gateway, address, network.PrefixLength)),
            $"Network.Gateway is {network.Gateway}, but must be another IPv4 address of {address}/{network.PrefixLength}");
    }

    private static bool IsInterfaceName(string name) =>
        name.Length is > 0 and <= MaxInterfaceNameChars
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && name is not ("." or "..");

    private static bool AreNeighbours(IPAddress one, IPAddress other, int prefixLength) =>
        (Number(one) ^ Number(other)) >> (32 - prefixLength) == 0;

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static bool IsIPv4(IPAddress? address) => address is { AddressFamily: AddressFamily.InterNetwork };

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
