using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Networks;

/// <summary>
/// A subnet of four addresses for a link between host and guest, from before its device is made until disposal or the death
/// of this process.
/// </summary>
/// <remarks>
/// They come from 198.18.0.0/15, which is set aside for test networks (RFC 2544) and which neither the Internet nor, as a
/// rule, anybody's site, VPN or container engine uses. Two things keep them apart: among the sandboxes of one user a
/// <see cref="NumberLease"/>, and among all else on the host, other users' sandboxes included, the addresses of its
/// interfaces and its routes. What is left is that somebody takes the same of 32768 between that look and the making of the
/// device, or routes by another table than the main one.
/// </remarks>
internal sealed class SubnetLease : IDisposable
{
    /// <summary>Of the host's address.</summary>
    public const int PrefixLength = 30;

    /// <summary>Below the runtime directory.</summary>
    private const string DirectoryName = ".subnets";

    private const int Count = 1 << (PrefixLength - 15);

    /// <summary>As good as all, where they are picked at random.</summary>
    private const int Attempts = 1000;

    private static readonly IPNetwork _range = IPNetwork.Parse("198.18.0.0/15");

    private readonly NumberLease _lease;

    private SubnetLease(NumberLease lease) => _lease = lease;

    /// <summary>The address of the host's end.</summary>
    public IPAddress Host => Address(_lease.Number, 1);

    /// <summary>The guest's.</summary>
    public IPAddress Guest => Address(_lease.Number, 2);

    /// <summary>Leases one that nothing on this host uses.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1013: none is free; MAY1007: the runtime directory is unsafe.</exception>
    public static SubnetLease Take()
    {
        var directory = NumberLease.OpenDirectory(DirectoryName);
        try
        {
            return Take(directory, () => (uint)Random.Shared.Next(Count), HostNetworks.Read());
        }
        catch (Exception exception) when (exception is IOException or NetworkInformationException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.NetworkUnavailable,
                $"a free subnet for a link to the guest can't be found out: {exception.Message}. Use a bridge, SandboxNetwork.Tap(\"NAME\") (--network tap:NAME), instead.",
                exception);
        }
    }

    internal static SubnetLease Take(string directory, Func<uint> pick, IReadOnlyList<IPNetwork> taken) =>
        NumberLease.Take(directory, pick, number => !taken.Any(network => HostNetworks.Overlap(network, Subnet(number))), Attempts) is { } lease
            ? new SubnetLease(lease)
            : throw new SandboxConfigurationException(
                ErrorCode.NetworkUnavailable,
                $"no subnet of {_range} is free on this host for a link to the guest: {Attempts} of them were tried. The likely cause is a route or an interface that covers them (see 'ip route'); use a bridge, SandboxNetwork.Tap(\"NAME\") (--network tap:NAME), instead.");

    /// <summary>The host's addresses of the subnets that somebody holds in the runtime directory, found without making or removing anything.</summary>
    internal static IReadOnlyList<IPAddress> HeldBelow(string root) =>
        [.. NumberLease.HeldIn(Path.Combine(root, DirectoryName)).Where(number => number < Count).Select(number => Address(number, 1))];

    /// <summary>Gives it back; safe to repeat.</summary>
    public void Dispose() => _lease.Dispose();

    private static IPNetwork Subnet(uint number) => new(Address(number, 0), PrefixLength);

    private static IPAddress Address(uint number, uint host)
    {
        var bytes = _range.BaseAddress.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + (number << (32 - PrefixLength)) + host);
        return new IPAddress(bytes);
    }
}
