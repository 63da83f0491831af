using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>The host keys that an image brings along. All its machines have them, so whoever has the image can pose as any of these.</summary>
internal static class SshHostKeys
{
    private const string OpenSshPrefix = "ssh_host_";
    private const string DropbearPrefix = "dropbear_";

    /// <summary>Removes all but the sandbox's own, whose names the image's were replaced under.</summary>
    public static void RemoveStale()
    {
        Remove(GuestPaths.SshHostKey, OpenSshPrefix);
        Remove(GuestPaths.SshServerKey, DropbearPrefix);
    }

    /// <summary>Whether a file of that name is another host key than <paramref name="kept"/>, or its public half.</summary>
    internal static bool IsStale(string name, string prefix, string kept) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && name.Contains("_key", StringComparison.Ordinal)
        && name != kept
        && name != $"{kept}.pub";

    private static unsafe void Remove(string keptPath, string prefix)
    {
        var slash = keptPath.LastIndexOf('/');
        using var directory = Libc.Open(keptPath[..slash], Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            return;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            if (!IsStale(entries.NameText, prefix, keptPath[(slash + 1)..]))
            {
                continue;
            }

            // SAFETY: the array ends with a NUL and is pinned for the call.
            fixed (byte* name = Encoding.UTF8.GetBytes($"{entries.NameText}\0"))
            {
                if (Libc.UnlinkAt(directory, name, 0) != 0)
                {
                    throw NativeException.Last($"removing the image's host key {entries.NameText}");
                }
            }
        }
    }
}
