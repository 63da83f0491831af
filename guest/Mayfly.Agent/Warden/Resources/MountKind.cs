using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>A file system in memory, in mounts of the warden's own where it may have such.</summary>
internal sealed class MountKind : IResourceKind
{
    private const uint OwnerOnlyDirectory = 0b111_000_000;
    private const nuint Flags = Linux.MS_NOSUID | Linux.MS_NODEV | Linux.MS_NOEXEC;
    private const int MaxTableBytes = 16 * 1024 * 1024;
    private const int PathField = 4;

    public string Kind => ResourceKind.Mount;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        if (wanted["path"] is not { } path
            || !making.Place.Holds(path)
            || !long.TryParse(wanted["size_bytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            || bytes == 0)
        {
            throw new NativeException($"a mount of {wanted["size_bytes"]} bytes on '{wanted["path"]}'", Errno.EINVAL);
        }

        // A directory that was there before could hold somebody's mount, which is not ours to release.
        if (Libc.MakeDirectory(path, OwnerOnlyDirectory) != 0)
        {
            throw NativeException.Last($"making {path}");
        }

        if (!MountNamespace.TryEnter())
        {
            making.Notes.Add($"{path} is mounted for everybody: this process can't have mounts of its own");
        }

        var data = string.Create(CultureInfo.InvariantCulture, $"size={bytes},mode=0700");
        return Libc.Mount("mayfly", path, "tmpfs", Flags, data) == 0
            ? new Dictionary<string, string>()
            : throw NativeException.Last($"mounting {path}");
    }

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        // The table has the paths as they are, without links: a record could name one that leads elsewhere.
        if (handle["path"] is not { } path || !place.Holds(path) || !MountedPaths().Contains(path))
        {
            return;
        }

        // Those who still use it don't keep it: it is out of sight at once and gone with the last of them.
        if (Libc.Unmount(path, Linux.MNT_DETACH | Linux.UMOUNT_NOFOLLOW) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (MountedPaths().Contains(path))
            {
                throw new NativeException($"unmounting {path}", errno);
            }
        }
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place) =>
        [.. MountedPaths().Where(place.Holds).Select(path => ResourceHandle.Of(ResourceKind.Mount, ("path", path)))];

    /// <summary>Where something is mounted; names of ours have none of the characters that are escaped there.</summary>
    private static IEnumerable<string> MountedPaths() =>
        (Files.TryReadText("/proc/thread-self/mountinfo", MaxTableBytes) ?? "").Split('\n')
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length > PathField)
            .Select(fields => fields[PathField]);
}
