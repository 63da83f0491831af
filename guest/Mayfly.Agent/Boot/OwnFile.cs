using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>
/// A file of this machine's own. It appears whole, with its mode and owner, in the place of whatever had its name: a link is
/// replaced, not followed.
/// </summary>
internal static unsafe class OwnFile
{
    private const int Private = 0b110_000_000;

    /// <summary>Writes it; what fails is a warning.</summary>
    public static void Write(WakeFile file, BootLog log)
    {
        try
        {
            Write(file);
        }
        catch (NativeException exception)
        {
            log.Warn(exception.Message);
        }
    }

    /// <exception cref="NativeException">It can't be written.</exception>
    internal static void Write(WakeFile file)
    {
        MakeFolders(file);
        var staged = $"{file.Path}.mayfly";
        _ = Libc.Unlink(staged);
        using (var target = Libc.Open(staged, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, Private))
        {
            // The owner comes first: a change of owner takes some permissions away.
            if (target.IsInvalid
                || !Files.TryWrite(target, file.Content)
                || Libc.ChangeOwner(target, file.UserId, file.GroupId) != 0
                || Libc.ChangeMode(target, (uint)file.Mode) != 0)
            {
                throw Failed(file, staged);
            }
        }

        if (Libc.Rename(staged, file.Path) != 0)
        {
            throw Failed(file, staged);
        }
    }

    /// <summary>What can't be made is found out by the file that does not get there.</summary>
    private static void MakeFolders(WakeFile file)
    {
        var last = file.Path.LastIndexOf('/');
        for (var end = file.Path.IndexOf('/', 1); end > 0 && end < last; end = file.Path.IndexOf('/', end + 1))
        {
            _ = Libc.MakeDirectory(file.Path[..end], WakeFile.CommonFolder);
        }

        if (last == 0 || Libc.MakeDirectory(file.Path[..last], WakeFile.CommonFolder) != 0)
        {
            return;
        }

        using var folder = Libc.Open(file.Path[..last], Linux.O_RDONLY | LinuxX64.O_DIRECTORY | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, 0);
        if (folder.IsInvalid || Libc.ChangeOwner(folder, file.UserId, file.GroupId) != 0 || Libc.ChangeMode(folder, (uint)file.FolderMode) != 0)
        {
            throw NativeException.Last($"giving the folder of {file.Path} its owner and mode");
        }
    }

    private static NativeException Failed(WakeFile file, string staged)
    {
        var failure = NativeException.Last($"writing {file.Path}");
        _ = Libc.Unlink(staged);
        return failure;
    }
}
