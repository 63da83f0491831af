using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Agent.Transfer;

namespace Mayfly.Agent.Warden;

/// <summary>
/// Removes a tree of any depth without ever following a link. It goes down with a descriptor for each level, up to a limit;
/// what lies deeper is moved up to the top first, and its turn comes with the next pass.
/// </summary>
internal sealed unsafe class DirectoryRemover
{
    private const int MaxDepth = 64;

    /// <summary>The end of a path tells more than its beginning.</summary>
    private const int MaxNoteChars = 200;

    private readonly Descriptor _top;
    private readonly List<string> _below = [];
    private string? _obstacle;
    private int _lastName;
    private bool _hasMoved;

    private DirectoryRemover(Descriptor top) => _top = top;

    /// <returns>What went wrong; null where nothing is left.</returns>
    public static string? Remove(string path)
    {
        path = path.TrimEnd('/');
        var name = GuestPath.Native(path);

        // SAFETY: the path ends in a NUL and is pinned.
        fixed (byte* start = name)
        {
            using var directory = Libc.OpenAt(Linux.AT_FDCWD, start, Flags, 0);
            if (directory.IsInvalid)
            {
                var errno = Marshal.GetLastPInvokeError();

                // Somebody has put something else in its place, which goes the same way.
                if (errno is Errno.ENOTDIR or Errno.ELOOP && Libc.UnlinkAt(Linux.AT_FDCWD, start, 0) == 0)
                {
                    return null;
                }

                return errno == Errno.ENOENT ? null : $"'{path}' was not removed: {NativeException.Describe(errno)}";
            }

            var obstacle = new DirectoryRemover(directory).Empty();
            if (Libc.UnlinkAt(Linux.AT_FDCWD, start, Linux.AT_REMOVEDIR) == 0)
            {
                return null;
            }

            return Marshal.GetLastPInvokeError() switch
            {
                Errno.ENOENT => null,
                Errno.ENOTEMPTY or Errno.EEXIST when obstacle is not null => $"'{path}' was not removed: {obstacle}",
                var errno => $"'{path}' was not removed: {NativeException.Describe(errno)}",
            };
        }
    }

    private static int Flags => Linux.O_RDONLY | LinuxX64.O_DIRECTORY | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC;

    /// <returns>The first thing in the way; null where none was seen.</returns>
    private string? Empty()
    {
        do
        {
            _obstacle = null;
            _hasMoved = false;

            // SAFETY: the literal ends in a NUL and is pinned.
            fixed (byte* here = "."u8)
            {
                // A descriptor of its own, because reading begins where the last pass has left one.
                using var top = Libc.OpenAt(_top, here, Flags, 0);
                if (!top.IsInvalid)
                {
                    Empty(top);
                }
            }
        }
        while (_hasMoved);

        return _obstacle;
    }

    /// <summary>
    /// A directory that somebody else has removed meanwhile can't be read; nor can a broken one, which shows when it can't
    /// be removed.
    /// </summary>
    private static bool HasNext(DirectoryReader entries)
    {
        try
        {
            return entries.Next();
        }
        catch (NativeException)
        {
            return false;
        }
    }

    private void Empty(Descriptor directory)
    {
        var entries = new DirectoryReader(directory);
        while (HasNext(entries))
        {
            byte[] name = [.. entries.Name, 0];

            // SAFETY: the name ends in a NUL and is pinned.
            fixed (byte* start = name)
            {
                if (Libc.UnlinkAt(directory, start, 0) == 0)
                {
                    continue;
                }

                var errno = Marshal.GetLastPInvokeError();
                using var child = Libc.OpenAt(directory, start, Flags, 0);
                if (child.IsInvalid)
                {
                    Note(entries.NameText, errno == Errno.EISDIR ? Marshal.GetLastPInvokeError() : errno);
                }
                else if (Libc.UnlinkAt(directory, start, Linux.AT_REMOVEDIR) != 0)
                {
                    RemoveChild(directory, child, start, entries.NameText);
                }
            }
        }
    }

    /// <summary>Removes a directory that is not empty, or has it moved to where its turn will come.</summary>
    private void RemoveChild(Descriptor directory, Descriptor child, byte* name, string nameText)
    {
        if (_below.Count == MaxDepth)
        {
            if (!TryMoveUp(directory, name))
            {
                Note(nameText, Marshal.GetLastPInvokeError());
            }

            return;
        }

        _below.Add(nameText);
        Empty(child);
        _below.RemoveAt(_below.Count - 1);
        if (Libc.UnlinkAt(directory, name, Linux.AT_REMOVEDIR) != 0)
        {
            Note(nameText, Marshal.GetLastPInvokeError());
        }
    }

    private bool TryMoveUp(Descriptor directory, byte* name)
    {
        while (true)
        {
            var free = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $".deep-{++_lastName}\0"));

            // SAFETY: both names end in a NUL, and the array is pinned.
            fixed (byte* start = free)
            {
                if (Libc.RenameAt(directory, name, _top, start) == 0)
                {
                    return _hasMoved = true;
                }
            }

            // A name may be taken: by a file of the tree's, or by a remover that was killed in the middle.
            if (Marshal.GetLastPInvokeError() is not (Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR))
            {
                return false;
            }
        }
    }

    private void Note(string name, int errno)
    {
        if (errno == Errno.ENOENT || _obstacle is not null)
        {
            return;
        }

        // It becomes part of a line of limited length.
        var path = string.Join('/', [.. _below, name]);
        var shown = new string([.. path[Math.Max(0, path.Length - MaxNoteChars)..].Select(c => char.IsControl(c) ? '?' : c)]);
        _obstacle = $"'{(shown.Length < path.Length ? "..." : "")}{shown}' in it: {NativeException.Describe(errno)}";
    }
}
