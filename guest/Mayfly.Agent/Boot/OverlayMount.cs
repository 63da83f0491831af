using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>Joins directories by overlayfs.</summary>
internal static class OverlayMount
{
    private const uint PermissionBits = 0xFFF;

    /// <summary>Where what is written goes, below the place that a writable part is given.</summary>
    public static string UpperOf(string writable) => $"{writable}/upper";

    /// <summary>Makes that directory. The joined one has its mode and owner, which are therefore those of the model.</summary>
    public static void MakeUpper(string writable, string model)
    {
        Paths.MakeDirectories(writable);
        MakeLike(UpperOf(writable), model);
    }

    /// <summary>Makes a directory, unless it is there, and gives it the mode and the owner of another one.</summary>
    public static void MakeLike(string path, string model)
    {
        Paths.MakeDirectories(path);
        var status = Paths.TryGetStatus(model) ?? throw NativeException.Last($"looking at {model}");
        using var directory = Libc.Open(path, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid || Libc.ChangeOwner(directory, status.UserId, status.GroupId) != 0 || Libc.ChangeMode(directory, status.Mode & PermissionBits) != 0)
        {
            throw NativeException.Last($"changing the owner and the mode of {path}");
        }
    }

    /// <summary>Mounts them on a directory, which may be one of them.</summary>
    /// <param name="target">The directory.</param>
    /// <param name="lower">What is only read, the uppermost first; two at least where nothing can be written.</param>
    /// <param name="writable">Where <see cref="MakeUpper"/> was; null for a directory that can't be written.</param>
    public static void Mount(string target, IReadOnlyList<string> lower, string? writable)
    {
        var options = new StringBuilder("lowerdir=").AppendJoin(':', lower.Select(Escape));
        if (writable is not null)
        {
            var work = $"{writable}/work";
            Paths.MakeDirectories(work);
            options.Append(",upperdir=").Append(Escape(UpperOf(writable))).Append(",workdir=").Append(Escape(work));
        }

        if (Libc.Mount("layer", target, "overlay", (nuint)(Linux.MS_NODEV | (writable is null ? Linux.MS_RDONLY : 0)), options.ToString()) != 0)
        {
            throw NativeException.Last($"mounting overlay on {target}");
        }
    }

    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
}
