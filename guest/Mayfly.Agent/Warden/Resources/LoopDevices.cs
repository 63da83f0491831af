using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>The loop devices of this host that have a file behind them.</summary>
internal static unsafe class LoopDevices
{
    private const string SystemDirectory = "/sys/block";
    private const string DevicePrefix = "/dev/loop";

    /// <summary>The paths of all of them.</summary>
    public static IReadOnlyList<string> FindBound()
    {
        using var directory = Libc.Open(SystemDirectory, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        var paths = new List<string>();
        if (directory.IsInvalid)
        {
            return paths;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            var name = entries.NameText;
            if (name.StartsWith("loop", StringComparison.Ordinal) && Directory.Exists($"{SystemDirectory}/{name}/loop"))
            {
                paths.Add($"/dev/{name}");
            }
        }

        return paths;
    }

    /// <summary>The mark of its maker and the inode of the file behind it; null where it has none or is not ours to ask.</summary>
    public static (string Mark, long Inode)? TryRead(string path)
    {
        using var device = Open(path);
        return device.IsInvalid ? null : TryRead(device);
    }

    /// <summary>
    /// Takes its file away once nobody uses it, where it is the expected one. While the descriptor is open the device can't
    /// be somebody else's all at once, so what is looked at is what is cleared.
    /// </summary>
    public static void Clear(string path, string mark)
    {
        using var device = Open(path);
        if (!device.IsInvalid && TryRead(device)?.Mark == mark)
        {
            _ = Libc.DeviceControl(device, Linux.LOOP_CLR_FD, null);
        }
    }

    /// <summary>The device's numbers, as major:minor.</summary>
    /// <exception cref="NativeException">The kernel does not say.</exception>
    public static string NumbersOf(string path) =>
        Files.TryReadText($"{SystemDirectory}/{path["/dev/".Length..]}/dev", 64)?.Trim() ?? throw new NativeException($"asking for the numbers of {path}", Errno.ENOENT);

    /// <summary>Nothing but a loop device, whatever a record says: opening some devices does something.</summary>
    private static Descriptor Open(string path) => path.StartsWith(DevicePrefix, StringComparison.Ordinal) && path.AsSpan(DevicePrefix.Length).IndexOfAnyExceptInRange('0', '9') < 0
        ? Libc.Open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0)
        : new Descriptor();

    private static (string Mark, long Inode)? TryRead(Descriptor device)
    {
        LoopInfo info;

        // SAFETY: the kernel fills the local structure, whose name it ends with a NUL.
        return Libc.DeviceControl(device, Linux.LOOP_GET_STATUS64, &info) == 0
            ? (Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(info.Name)), info.Inode)
            : null;
    }
}
