using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// A loop device. The kernel takes its file away with the last descriptor of it, so that it goes with its warden and its
/// users even when nobody releases it. It is known again by its mark, not by its number, which anybody may have next.
/// </summary>
internal sealed unsafe class LoopKind : IResourceKind
{
    private const int OwnerOnly = 0b110_000_000;

    /// <summary>Another user of loop devices may be quicker with the number that is free; not as often as this.</summary>
    private const int MaxAttempts = 64;

    public string Kind => ResourceKind.Loop;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        var mark = MarkOf(wanted, making.Place);
        if (Encoding.UTF8.GetByteCount(mark) >= LoopInfo.NameBytes)
        {
            throw new NativeException($"a loop device of the name '{wanted["name"]}'", Errno.ENAMETOOLONG);
        }

        var readOnly = wanted["read_only"] == "true";
        using var file = OpenFile(wanted, making.Place, readOnly);
        var inode = InodeOf(file, wanted["file"]!);
        using var control = Libc.Open("/dev/loop-control", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (control.IsInvalid)
        {
            throw NativeException.Last("opening /dev/loop-control");
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var number = Libc.DeviceControl(control, Linux.LOOP_CTL_GET_FREE, null);
            if (number < 0)
            {
                throw NativeException.Last("asking for a free loop device");
            }

            var path = string.Create(CultureInfo.InvariantCulture, $"/dev/loop{number}");
            var device = Libc.Open(path, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
            if (device.IsInvalid)
            {
                throw NativeException.Last($"opening {path}");
            }

            if (TryConfigure(device, file, mark, readOnly))
            {
                making.Hold(device);
                return new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["path"] = path,
                    ["device"] = LoopDevices.NumbersOf(path),
                    ["inode"] = inode.ToString(CultureInfo.InvariantCulture),
                };
            }

            var errno = Marshal.GetLastPInvokeError();
            device.Dispose();
            if (errno != Errno.EBUSY)
            {
                throw new NativeException($"putting {wanted["file"]} behind {path}", errno);
            }
        }

        throw new NativeException("getting a loop device before others do", Errno.EBUSY);
    }

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        var mark = MarkOf(handle, place);
        var isGone = ReleaseRetry.Run(() =>
        {
            if (Find(handle, mark) is { } path)
            {
                LoopDevices.Clear(path, mark);
            }

            return Find(handle, mark) is null;
        });
        if (!isGone)
        {
            throw new NativeException("another process uses it; the kernel frees it when that lets go", Errno.EBUSY);
        }
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place)
    {
        var prefix = SandboxMark.PrefixOf(place);
        return
        [
            .. LoopDevices.FindBound().Select(LoopDevices.TryRead).OfType<(string Mark, long Inode)>()
                .Where(device => device.Mark.StartsWith(prefix, StringComparison.Ordinal))
                .Select(device => ResourceHandle.Of(ResourceKind.Loop, ("name", device.Mark[prefix.Length..]))),
        ];
    }

    private static string MarkOf(ResourceHandle handle, SandboxPlace place) => SandboxMark.PrefixOf(place) + handle["name"];

    /// <summary>The device of this mark, and of the number and the file that were written down, where they were.</summary>
    private static string? Find(ResourceHandle handle, string mark) =>
        (handle["path"] is { } known ? [known] : LoopDevices.FindBound()).FirstOrDefault(
            path => LoopDevices.TryRead(path) is { } found
                && found.Mark == mark
                && (handle["inode"] is not { } inode || inode == found.Inode.ToString(CultureInfo.InvariantCulture)));

    private static Descriptor OpenFile(ResourceHandle wanted, SandboxPlace place, bool readOnly)
    {
        if (wanted["file"] is not ['/', ..] path)
        {
            throw new NativeException($"a loop device over '{wanted["file"]}'", Errno.EINVAL);
        }

        if (wanted["size_bytes"] is { } text)
        {
            return MakeFile(path, text, place);
        }

        // A pipe in its place must not make the warden wait.
        var file = Libc.Open(path, (readOnly ? Linux.O_RDONLY : Linux.O_RDWR) | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        return file.IsInvalid ? throw NativeException.Last($"opening {path}") : file;
    }

    private static Descriptor MakeFile(string path, string size, SandboxPlace place)
    {
        if (!place.Holds(path) || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes == 0)
        {
            throw new NativeException($"making a file of {size} bytes at {path}", Errno.EINVAL);
        }

        var file = Libc.Open(path, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, OwnerOnly);
        if (file.IsInvalid || Libc.SetLength(file, bytes) != 0)
        {
            using (file)
            {
                throw NativeException.Last($"making {path}");
            }
        }

        return file;
    }

    private static long InodeOf(Descriptor file, string path)
    {
        FileStatus status;
        byte nothing = 0;

        // SAFETY: an empty path, ended by its NUL; the kernel fills the local structure.
        return Libc.Status(file, &nothing, Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, &status) == 0 && status.Type == Linux.S_IFREG
            ? status.Inode
            : throw new NativeException($"{path} is not a regular file", Errno.EINVAL);
    }

    private static bool TryConfigure(Descriptor device, Descriptor file, string mark, bool readOnly)
    {
        var configuration = new LoopConfiguration { BackingFile = file.Number };
        configuration.Info.Flags = Linux.LO_FLAGS_AUTOCLEAR | (readOnly ? Linux.LO_FLAGS_READ_ONLY : 0);

        // SAFETY: the mark is shorter than the field, which is zero behind it; the kernel reads the local structure.
        Encoding.UTF8.GetBytes(mark, new Span<byte>(configuration.Info.Name, LoopInfo.NameBytes));
        return Libc.DeviceControl(device, Linux.LOOP_CONFIGURE, &configuration) == 0;
    }
}
