using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Supervision;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>
/// A context id that no other sandbox has, from before its machine starts until disposal or the death of this process.
/// </summary>
/// <remarks>
/// Two things keep ids apart. Among the sandboxes of one user, also of those whose machine has not started yet: a
/// <see cref="NumberLease"/>. Among everything on the host, other users' guests and other programs' included, and machines
/// that outlive their owner by a moment: the kernel itself, which is asked to give the id to a device that is then closed.
/// What is left is that a stranger takes the same of four billion ids between that question and the start of the machine;
/// QEMU then refuses to start.
/// </remarks>
internal sealed class ContextIdLease : IDisposable
{
    /// <summary>Below the runtime directory.</summary>
    private const string DirectoryName = ".cids";

    /// <summary>0 to 2 are the kernel's own (hypervisor, loopback, host).</summary>
    private const uint First = 3;

    /// <summary>VMADDR_CID_ANY follows.</summary>
    private const uint Last = uint.MaxValue - 1;

    /// <summary>Of four billion ids the first is free; this many failures in a row have another cause.</summary>
    private const int Attempts = 1000;

    private readonly NumberLease _lease;

    private ContextIdLease(NumberLease lease) => _lease = lease;

    /// <summary>3 to 4294967294.</summary>
    public uint ContextId => _lease.Number;

    /// <summary>Leases a random id; the first one in a process removes the files that dead owners left.</summary>
    /// <exception cref="SandboxConfigurationException">The runtime directory is unsafe, or no id is free.</exception>
    /// <exception cref="IOException">A lock can't be taken, or the device refuses.</exception>
    public static ContextIdLease Take() => Take(NumberLease.OpenDirectory(DirectoryName), PickRandom, IsFreeOnHost);

    internal static ContextIdLease Take(string directory, Func<uint> pick, Func<uint, bool> isFreeOnHost) =>
        NumberLease.Take(directory, pick, isFreeOnHost, Attempts) is { } lease
            ? new ContextIdLease(lease)
            : throw new SandboxConfigurationException(
                ErrorCode.TransportUnavailable,
                $"no vsock context id is free on this host: {Attempts} of them were tried. Use SandboxTransport.Vsock, which needs none.");

    /// <summary>The ids that somebody holds in the runtime directory, found without making or removing anything.</summary>
    internal static IReadOnlyList<uint> HeldBelow(string root) => NumberLease.HeldIn(Path.Combine(root, DirectoryName));

    /// <summary>Gives the id back; safe to repeat.</summary>
    public void Dispose() => _lease.Dispose();

    private static uint PickRandom() => (uint)Random.Shared.NextInt64(First, (long)Last + 1);

    private static bool IsFreeOnHost(uint contextId)
    {
        using var device = VhostVsockDevice.Open(VhostVsockDevice.DefaultPath);
        return device.TryTake(contextId);
    }
}
