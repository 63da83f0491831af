using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Supervision;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>
/// A context id that no other sandbox has, from before its machine starts until disposal or the death of this process.
/// </summary>
/// <remarks>
/// Two things keep ids apart. Among the sandboxes of one user, also of those whose machine has not started yet: a file per
/// id with a flock, in the runtime directory. Among everything on the host, other users' guests and other programs'
/// included, and machines that outlive their owner by a moment: the kernel itself, which is asked to give the id to a
/// device that is then closed. What is left is that a stranger takes the same of four billion ids between that question
/// and the start of the machine; QEMU then refuses to start.
/// </remarks>
internal sealed class ContextIdLease : IDisposable
{
    /// <summary>Below the runtime directory; the dot keeps it from being taken for a sandbox's.</summary>
    private const string DirectoryName = ".cids";

    /// <summary>Held while lock files come and go, so that a file is never removed under somebody who has just opened it.</summary>
    private const string GateName = ".lock";

    /// <summary>0 to 2 are the kernel's own (hypervisor, loopback, host).</summary>
    private const uint First = 3;

    /// <summary>VMADDR_CID_ANY follows.</summary>
    private const uint Last = uint.MaxValue - 1;

    /// <summary>Of four billion ids the first is free; this many failures in a row have another cause.</summary>
    private const int Attempts = 1000;

    private static readonly Lock _sweepGate = new();
    private static readonly HashSet<string> _swept = [];

    private readonly string _directory;
    private FileLock? _lock;

    private ContextIdLease(string directory, uint contextId, FileLock @lock)
    {
        _directory = directory;
        ContextId = contextId;
        _lock = @lock;
    }

    /// <summary>3 to 4294967294.</summary>
    public uint ContextId { get; }

    /// <summary>Leases a random id; the first one in a process removes the files that dead owners left.</summary>
    /// <exception cref="SandboxConfigurationException">The runtime directory is unsafe, or no id is free.</exception>
    /// <exception cref="IOException">A lock can't be taken, or the device refuses.</exception>
    public static ContextIdLease Take()
    {
        var directory = Path.Combine(RuntimeRoot.Open(), DirectoryName);
        _ = NewDirectory.TryCreatePrivate(directory);
        return Take(directory, PickRandom, IsFreeOnHost);
    }

    internal static ContextIdLease Take(string directory, Func<uint> pick, Func<uint, bool> isFreeOnHost)
    {
        lock (_sweepGate)
        {
            if (_swept.Add(directory))
            {
                _ = Sweep(directory);
            }
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryTake(directory, pick()) is not { } lease)
            {
                continue;
            }

            var kept = false;
            try
            {
                kept = isFreeOnHost(lease.ContextId);
                if (kept)
                {
                    return lease;
                }
            }
            finally
            {
                if (!kept)
                {
                    lease.Dispose();
                }
            }
        }

        throw new SandboxConfigurationException(
            ErrorCode.TransportUnavailable,
            $"no vsock context id is free on this host: {Attempts} of them were tried. Use SandboxTransport.Vsock, which needs none.");
    }

    /// <summary>Leases this id; null where somebody has it.</summary>
    internal static ContextIdLease? TryTake(string directory, uint contextId)
    {
        using var gate = LockGate(directory);
        return FileLock.TryTake(LockPath(directory, contextId)) is { } held ? new ContextIdLease(directory, contextId, held) : null;
    }

    /// <summary>Removes the files of dead owners.</summary>
    /// <returns>How many there were.</returns>
    internal static int Sweep(string directory)
    {
        using var gate = LockGate(directory);
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(directory).Where(path => Path.GetFileName(path) != GateName))
        {
            using var held = FileLock.TryTake(path);
            if (held is not null)
            {
                File.Delete(path);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>The ids that somebody holds in the runtime directory, found without making or removing anything.</summary>
    internal static IReadOnlyList<uint> HeldBelow(string root)
    {
        var held = new List<uint>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(root, DirectoryName)))
            {
                if (uint.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var contextId) && FileLock.IsHeld(path))
                {
                    held.Add(contextId);
                }
            }
        }
        catch (IOException)
        {
            // There is no such directory, or no longer; nothing is held there.
        }

        return held;
    }

    /// <summary>Gives the id back; safe to repeat.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lock, null) is not { } held)
        {
            return;
        }

        using (held)
        {
            try
            {
                using var gate = LockGate(_directory);
                File.Delete(LockPath(_directory, ContextId));
            }
            catch (IOException)
            {
                // The directory is gone, and the file with it; or the file stays and the next sweep removes it.
            }
        }
    }

    private static FileLock LockGate(string directory) => FileLock.Take(Path.Combine(directory, GateName));

    private static string LockPath(string directory, uint contextId) =>
        Path.Combine(directory, contextId.ToString(CultureInfo.InvariantCulture));

    private static uint PickRandom() => (uint)Random.Shared.NextInt64(First, (long)Last + 1);

    private static bool IsFreeOnHost(uint contextId)
    {
        using var device = VhostVsockDevice.Open(VhostVsockDevice.DefaultPath);
        return device.TryTake(contextId);
    }
}
