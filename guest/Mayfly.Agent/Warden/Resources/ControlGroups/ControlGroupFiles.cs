using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources.ControlGroups;

/// <summary>What is done with the directory of one group.</summary>
internal static unsafe class ControlGroupFiles
{
    private const int MaxFileBytes = 64 * 1024;
    private const int EveryoneMayLook = 0b111_101_101;
    private const int MaxDepth = 8;
    private const int RetryMs = 10;
    private const int RemovalLimitMs = 800;

    /// <summary>Makes it; one of that name that is there already is ours.</summary>
    /// <returns>0 or the error number.</returns>
    public static int Make(string group) =>
        Libc.MakeDirectory(group, EveryoneMayLook) == 0 || Marshal.GetLastPInvokeError() == Errno.EEXIST ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Kills whatever is in the group and removes it; nothing happens where there is none.</summary>
    /// <exception cref="NativeException">It does not go.</exception>
    public static void Remove(string group)
    {
        // Whoever was in the group could have made more below it.
        foreach (var below in Entries(group))
        {
            Remove($"{group}/{below}");
        }

        var deadline = Environment.TickCount64 + RemovalLimitMs;
        while (Libc.RemoveDirectory(group) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.ENOENT)
            {
                return;
            }

            if (errno != Errno.EBUSY || Environment.TickCount64 >= deadline)
            {
                throw new NativeException($"removing {group}", errno);
            }

            KillAll(group);

            // Version 1 has no event for a group that has become empty, so this is a wait for nothing but time.
            _ = Libc.Poll(null, 0, RetryMs);
        }
    }

    /// <summary>How many processes of the group the kernel has killed for want of memory.</summary>
    public static int CountOutOfMemoryKills(string group) =>
        Count($"{group}/memory.events") + Count($"{group}/memory.oom_control");

    /// <summary>The groups of that name anywhere below a directory.</summary>
    public static IEnumerable<string> Find(string below, string name) => Find(below, name, 0);

    private static IEnumerable<string> Find(string below, string name, int depth)
    {
        foreach (var entry in Entries(below))
        {
            var path = $"{below}/{entry}";
            if (entry == name)
            {
                yield return path;
            }
            else if (depth < MaxDepth)
            {
                foreach (var deeper in Find(path, name, depth + 1))
                {
                    yield return deeper;
                }
            }
        }
    }

    private static List<string> Entries(string directory)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or not ours to look at, and then not ours to remove either.
            return [];
        }
    }

    private static void KillAll(string group)
    {
        if (Files.WriteText($"{group}/cgroup.kill", "1") == 0)
        {
            return;
        }

        foreach (var line in (Files.TryReadText($"{group}/cgroup.procs", MaxFileBytes) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0)
            {
                _ = Libc.Kill(process, Linux.SIGKILL);
            }
        }
    }

    private static int Count(string file)
    {
        foreach (var line in (Files.TryReadText(file, MaxFileBytes) ?? "").Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)
                && int.TryParse(line.AsSpan("oom_kill ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return count;
            }
        }

        return 0;
    }
}
