using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>Decides where a push lands and opens it, making missing parents.</summary>
/// <param name="Tree">The directory everything is relative to.</param>
/// <param name="RootName">The root's own name in it; empty where the root is that directory.</param>
internal sealed record PushTarget(TargetTree Tree, string RootName)
{
    private const uint NewDirectoryMode = 0b111_101_101;

    public static PushTarget Open(PushRequest request, TarEntry root)
    {
        var path = request.Path;
        if (root.Type == TarEntry.Directory)
        {
            var existed = IsDirectory(path);
            if (existed)
            {
                return new PushTarget(OpenTree(path), "");
            }

            // Made through its parent, so that it gets its mode and time as any other new directory does.
            var (directory, name) = GuestPath.Split(path.TrimEnd('/'));
            MakeParents(directory);
            return new PushTarget(OpenTree(directory.Length == 0 ? "/" : directory), name);
        }

        if (path.EndsWith('/') || IsDirectory(path))
        {
            if (request.Name is null or "" or "." or ".." || request.Name.Contains('/', StringComparison.Ordinal))
            {
                throw new TransferException(FailureCode.BadRequest, $"'{request.Name}' is not a file name");
            }

            MakeParents(path.TrimEnd('/'));
            return new PushTarget(OpenTree(path), request.Name);
        }

        var (parent, leaf) = GuestPath.Split(path);
        MakeParents(parent);
        return new PushTarget(OpenTree(parent.Length == 0 ? "/" : parent), leaf);
    }

    private static unsafe bool IsDirectory(string path)
    {
        FileStatus status;

        // SAFETY: the path ends in a NUL and is pinned; the kernel fills the local structure.
        fixed (byte* name = GuestPath.Native(path))
        {
            return Libc.Status(Linux.AT_FDCWD, name, 0, Linux.STATX_BASIC_STATS, &status) == 0 && status.IsDirectory;
        }
    }

    private static void MakeParents(string path)
    {
        if (path.Length == 0)
        {
            // The parent is the root, which is always there.
            return;
        }

        for (var slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
        {
            var prefix = slash < 0 ? path : path[..slash];
            if (Libc.MakeDirectory(prefix, NewDirectoryMode) != 0
                && Marshal.GetLastPInvokeError() is not Errno.EEXIST and var errno)
            {
                throw TransferException.FromErrno("making the directory", prefix, errno);
            }

            if (slash < 0)
            {
                return;
            }
        }
    }

    private static TargetTree OpenTree(string path)
    {
        var directory = Libc.Open(path, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        return directory.IsInvalid
            ? throw TransferException.FromErrno("opening the directory", path, Marshal.GetLastPInvokeError())
            : new TargetTree(directory, path);
    }
}
