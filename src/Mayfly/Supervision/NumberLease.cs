using System.Globalization;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// A number that no other sandbox of this user has, from before its machine starts until disposal or the death of this
/// process: a file per number with a flock, in a directory for numbers of one kind. Who else may use such numbers is for
/// the caller to find out.
/// </summary>
internal sealed class NumberLease : IDisposable
{
    /// <summary>Held while lock files come and go, so that a file is never removed under somebody who has just opened it.</summary>
    private const string GateName = ".lock";

    private static readonly Lock _sweepGate = new();
    private static readonly HashSet<string> _swept = [];

    private readonly string _directory;
    private FileLock? _lock;

    private NumberLease(string directory, uint number, FileLock @lock)
    {
        _directory = directory;
        Number = number;
        _lock = @lock;
    }

    /// <summary>The number.</summary>
    public uint Number { get; }

    /// <summary>Makes the directory for numbers of one kind, where it is not there yet.</summary>
    /// <param name="name">Begins with a dot, which keeps it from being taken for a sandbox's.</param>
    /// <exception cref="SandboxConfigurationException">The runtime directory is unsafe.</exception>
    public static string OpenDirectory(string name)
    {
        var directory = Path.Combine(RuntimeRoot.Open(), name);
        _ = NewDirectory.TryCreatePrivate(directory);
        return directory;
    }

    /// <summary>Leases a number; the first lease in a process removes the files that dead owners left.</summary>
    /// <param name="directory">Of numbers of this kind.</param>
    /// <param name="pick">Proposes one.</param>
    /// <param name="isFree">Whether nobody else uses it; asked of numbers that are leased.</param>
    /// <param name="attempts">How many are tried.</param>
    /// <returns>Null where none of them was free.</returns>
    /// <exception cref="IOException">A lock can't be taken.</exception>
    public static NumberLease? Take(string directory, Func<uint> pick, Func<uint, bool> isFree, int attempts)
    {
        lock (_sweepGate)
        {
            if (_swept.Add(directory))
            {
                _ = Sweep(directory);
            }
        }

        for (var attempt = 0; attempt < attempts; attempt++)
        {
            if (TryTake(directory, pick()) is not { } lease)
            {
                continue;
            }

            var kept = false;
            try
            {
                kept = isFree(lease.Number);
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

        return null;
    }

    /// <summary>Leases this number; null where somebody has it.</summary>
    public static NumberLease? TryTake(string directory, uint number)
    {
        using var gate = LockGate(directory);
        return FileLock.TryTake(LockPath(directory, number)) is { } held ? new NumberLease(directory, number, held) : null;
    }

    /// <summary>The numbers in a directory that somebody holds, found without making or removing anything.</summary>
    public static IReadOnlyList<uint> HeldIn(string directory)
    {
        var held = new List<uint>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(directory))
            {
                if (uint.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && FileLock.IsHeld(path))
                {
                    held.Add(number);
                }
            }
        }
        catch (IOException)
        {
            // There is no such directory, or no longer; nothing is held there.
        }

        return held;
    }

    /// <summary>Removes the files of dead owners.</summary>
    /// <returns>How many there were.</returns>
    public static int Sweep(string directory)
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

    /// <summary>Gives the number back; safe to repeat.</summary>
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
                File.Delete(LockPath(_directory, Number));
            }
            catch (IOException)
            {
                // The directory is gone, and the file with it; or the file stays and the next sweep removes it.
            }
        }
    }

    private static FileLock LockGate(string directory) => FileLock.Take(Path.Combine(directory, GateName));

    private static string LockPath(string directory, uint number) => Path.Combine(directory, number.ToString(CultureInfo.InvariantCulture));
}
