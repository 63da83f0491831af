using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>
/// The directory a push lands in. Everything is made relative to it and no link on the way is followed. What stands in
/// an entry's way is replaced, except that a directory and anything else never replace each other.
/// </summary>
internal sealed unsafe class TargetTree(Descriptor root, string rootPath) : IDisposable
{
    private const uint PrivateDirectory = 0b111_000_000;
    private const int PrivateFile = 0b110_000_000;

    private readonly List<TarEntry> _newDirectories = [];
    private Descriptor? _parent;
    private string? _parentPath;

    /// <summary>The path of an entry for messages.</summary>
    public string Describe(string path) => $"{rootPath.TrimEnd('/')}/{path}";

    public void MakeDirectory(string path, TarEntry entry)
    {
        var (parent, leaf) = OpenParent(path);
        while (true)
        {
            // SAFETY: the name ends in a NUL and is pinned for the call.
            fixed (byte* name = leaf)
            {
                if (Libc.MakeDirectoryAt(parent, name, PrivateDirectory) == 0)
                {
                    // Mode and time come last, because filling it needs the one and changes the other.
                    _newDirectories.Add(entry with { Name = path });
                    return;
                }
            }

            // A directory that is there already keeps its own mode: pushing into /tmp must not make it private.
            if (Marshal.GetLastPInvokeError() != Errno.EEXIST)
            {
                throw Failed("making the directory", path);
            }

            if (TypeOf(parent, leaf) == Linux.S_IFDIR)
            {
                return;
            }

            Displace(parent, leaf, path, onlyLinks: true);
        }
    }

    /// <summary>Makes an empty file that nobody else can open yet.</summary>
    public Descriptor CreateFile(string path)
    {
        var (parent, leaf) = OpenParent(path);
        while (true)
        {
            // SAFETY: as above.
            fixed (byte* name = leaf)
            {
                var file = Libc.OpenAt(
                    parent,
                    name,
                    Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC,
                    PrivateFile);
                if (!file.IsInvalid)
                {
                    return file;
                }
            }

            DisplaceAfterFailure(parent, leaf, path, "making the file");
        }
    }

    public void MakeSymbolicLink(string path, TarEntry entry)
    {
        var (parent, leaf) = OpenParent(path);
        var target = GuestPath.Native(entry.Target);
        var times = stackalloc TimeSpec[2];
        FillTimes(times, entry);

        // SAFETY: both strings end in a NUL and are pinned; two times as the call demands.
        fixed (byte* name = leaf, content = target)
        {
            while (Libc.SymbolicLinkAt(content, parent, name) != 0)
            {
                DisplaceAfterFailure(parent, leaf, path, "making the link");
            }

            _ = Libc.SetTimesAt(parent, name, times, Linux.AT_SYMLINK_NOFOLLOW);
        }
    }

    public void MakeHardLink(string path, string existing)
    {
        var (existingDirectory, existingLeaf) = GuestPath.Split(existing);
        using var source = OpenDirectory(existingDirectory, existing);
        var (parent, leaf) = OpenParent(path);

        // SAFETY: both names end in a NUL and are pinned.
        fixed (byte* name = leaf, oldName = GuestPath.Native(existingLeaf))
        {
            while (Libc.LinkAt(source, oldName, parent, name, 0) != 0)
            {
                DisplaceAfterFailure(parent, leaf, path, "making the hard link");
            }
        }
    }

    /// <summary>Takes away what was begun and can't be finished.</summary>
    public void Remove(string path)
    {
        var (parent, leaf) = OpenParent(path);

        // SAFETY: as above.
        fixed (byte* name = leaf)
        {
            _ = Libc.UnlinkAt(parent, name, 0);
        }
    }

    /// <summary>Gives new directories the mode and time of their entries, the deepest first.</summary>
    public void FinishDirectories()
    {
        var times = stackalloc TimeSpec[2];
        for (var index = _newDirectories.Count - 1; index >= 0; index--)
        {
            var entry = _newDirectories[index];
            using var directory = OpenDirectory(entry.Name, entry.Name);
            FillTimes(times, entry);

            // SAFETY: two times as the call demands.
            if (Libc.ChangeMode(directory, entry.Mode) != 0 || Libc.SetTimes(directory, times) != 0)
            {
                throw Failed("setting the mode of", entry.Name);
            }
        }
    }

    public static void FillTimes(TimeSpec* times, TarEntry entry)
    {
        times[0] = new TimeSpec { Seconds = entry.ModifiedSeconds, Nanoseconds = entry.ModifiedNanoseconds };
        times[1] = times[0];
    }

    public void Dispose()
    {
        _parent?.Dispose();
        root.Dispose();
    }

    public TransferException Failed(string what, string path) =>
        TransferException.FromErrno(what, Describe(path), Marshal.GetLastPInvokeError());

    private static int TypeOf(Descriptor parent, byte[] leaf)
    {
        FileStatus status;

        // SAFETY: the name ends in a NUL and is pinned; the kernel fills the local structure.
        fixed (byte* name = leaf)
        {
            return Libc.Status(parent, name, Linux.AT_SYMLINK_NOFOLLOW, Linux.STATX_BASIC_STATS, &status) == 0 ? status.Type : 0;
        }
    }

    private (Descriptor Parent, byte[] Leaf) OpenParent(string path)
    {
        var (directory, leaf) = GuestPath.Split(path);
        if (_parent is null || _parentPath != directory)
        {
            _parent?.Dispose();
            _parent = OpenDirectory(directory, path);
            _parentPath = directory;
        }

        return (_parent, GuestPath.Native(leaf));
    }

    private Descriptor OpenDirectory(string directory, string path)
    {
        var how = new OpenHow
        {
            Flags = Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC,
            Resolve = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS,
        };

        // SAFETY: the path ends in a NUL and is pinned; the structure has the size passed along.
        fixed (byte* name = GuestPath.Native(directory.Length == 0 ? "." : directory))
        {
            var descriptor = (int)Libc.SystemCall(LinuxX64.SYS_openat2, root, (nint)name, (nint)(&how), sizeof(OpenHow));
            return descriptor >= 0 ? new Descriptor(descriptor) : throw Failed("opening the directory of", path);
        }
    }

    private void DisplaceAfterFailure(Descriptor parent, byte[] leaf, string path, string what)
    {
        if (Marshal.GetLastPInvokeError() != Errno.EEXIST)
        {
            throw Failed(what, path);
        }

        Displace(parent, leaf, path, onlyLinks: false);
    }

    private void Displace(Descriptor parent, byte[] leaf, string path, bool onlyLinks)
    {
        var type = TypeOf(parent, leaf);
        if (type == Linux.S_IFDIR || (onlyLinks && type != Linux.S_IFLNK && type != 0))
        {
            var (there, wanted) = type == Linux.S_IFDIR ? ("directory", "file") : ("file", "directory");
            throw new TransferException(
                FailureCode.WrongType,
                $"'{Describe(path)}' is a {there} in the guest, but a {wanted} is to be put there",
                Describe(path));
        }

        // SAFETY: the name ends in a NUL and is pinned.
        fixed (byte* name = leaf)
        {
            if (Libc.UnlinkAt(parent, name, 0) != 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
            {
                throw Failed("replacing", path);
            }
        }
    }
}
