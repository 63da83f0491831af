using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Native;

namespace Mayfly.Networks;

/// <summary>Whether a TAP device can be made on this host, as this user.</summary>
/// <param name="devicePath">The device that makes them.</param>
/// <param name="statusPath">What the kernel says of this process.</param>
/// <param name="interfacesPath">Where the kernel lists network interfaces.</param>
internal sealed class TapHost(string devicePath, string statusPath, string interfacesPath)
{
    private const int NetAdmin = 12;
    private const string Effective = "CapEff:";
    private const string Ambient = "CapAmb:";

    /// <summary>This host.</summary>
    public static TapHost Own { get; } = new("/dev/net/tun", "/proc/self/status", "/sys/class/net");

    /// <summary>Returns where it can be made.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1013.</exception>
    public void Require(TapNetwork network)
    {
        if (DeviceFile.Objection(devicePath) is { } objection)
        {
            throw Unavailable(network, objection, File.Exists(devicePath)
                ? $"Give this user read and write access to {devicePath}"
                : "Load its kernel module with 'sudo modprobe tun'; a container must be given the device");
        }

        if (!CanAdministerNetworks())
        {
            throw Unavailable(
                network,
                "this process has not the capability CAP_NET_ADMIN to pass on to the program that makes the device",
                "Run it as root, or with that capability in its ambient set ('setpriv --inh-caps +net_admin --ambient-caps +net_admin')");
        }

        if (network.Bridge is { } bridge && !Directory.Exists(Path.Combine(interfacesPath, bridge, "bridge")))
        {
            throw Unavailable(
                network,
                Directory.Exists(Path.Combine(interfacesPath, bridge)) ? $"the network interface {bridge} is no bridge" : $"there is no bridge {bridge} on this host",
                $"Name one that is there, or make it first: 'ip link add {bridge} type bridge'");
        }
    }

    /// <summary>
    /// The capability counts where the warden will have it too. Root's programs have all of root's; any other user's lose
    /// what is not ambient when they are started.
    /// </summary>
    private bool CanAdministerNetworks() => Has(Effective) && (FileStatus.EffectiveUserId == 0 || Has(Ambient));

    private bool Has(string set)
    {
        var line = File.ReadLines(statusPath).FirstOrDefault(line => line.StartsWith(set, StringComparison.Ordinal));
        return ulong.TryParse(line.AsSpan(Math.Min(set.Length, line?.Length ?? 0)).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var capabilities)
            && (capabilities & (1UL << NetAdmin)) != 0;
    }

    private static SandboxConfigurationException Unavailable(TapNetwork network, string reason, string remedy) => new(
        ErrorCode.NetworkUnavailable,
        $"the network {network} was asked for and can't be had: {reason}. {remedy}. Or use SandboxNetwork.User (--network user), which needs no rights.");
}
