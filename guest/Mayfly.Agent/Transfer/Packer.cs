using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>
/// Packs a pull: files in, tar stream out. Names that are not UTF-8 can't be told in a tar stream; such entries, and
/// what lies below them, are left out and counted.
/// </summary>
internal sealed unsafe class Packer(PullRequest request, ChannelOutput output)
{
    // Files of procfs and sysfs don't know their size; up to this much is read to find out, and so saves others a call.
    private const int SmallFileBytes = 64 * 1024;
    private const int MaxUnsizedBytes = 8 * 1024 * 1024;
    private const int MaxDepth = 512;
    private const int MaxLinkBytes = 4096;

    private readonly TarWriter _writer = new(output);
    private byte[] _small = new byte[SmallFileBytes];
    private long _entries;
    private long _bytes;
    private long _skipped;

    /// <exception cref="TransferException">It could not be done in full.</exception>
    public TransferOutcome Run()
    {
        GuestPath.RequireAbsolute(request.Path);
        FileStatus status;
        Descriptor root;

        // SAFETY: the path ends in a NUL and is pinned; the kernel fills the local structure.
        fixed (byte* path = GuestPath.Native(request.Path))
        {
            if (Libc.Status(Linux.AT_FDCWD, path, 0, Linux.STATX_BASIC_STATS, &status) != 0)
            {
                throw TransferException.FromErrno("reading", request.Path, Marshal.GetLastPInvokeError());
            }

            if (status.Type is not (Linux.S_IFDIR or Linux.S_IFREG))
            {
                throw new TransferException(FailureCode.WrongType, $"'{request.Path}' is neither a file nor a directory", request.Path);
            }

            root = Libc.OpenAt(Linux.AT_FDCWD, path, Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        }

        using (root)
        {
            if (root.IsInvalid)
            {
                throw TransferException.FromErrno("opening", request.Path, Marshal.GetLastPInvokeError());
            }

            PackOpened(root, ".", status, depth: 0);
        }

        _writer.WriteEnd();
        return new TransferOutcome(_entries, _bytes, _skipped);
    }

    private void PackOpened(Descriptor descriptor, string name, in FileStatus status, int depth)
    {
        if (status.IsDirectory)
        {
            Write(name, TarEntry.Directory, status, size: 0);
            PackChildren(descriptor, name, depth);
        }
        else
        {
            PackFile(descriptor, name, status);
        }
    }

    private void PackChildren(Descriptor directory, string name, int depth)
    {
        if (depth == MaxDepth)
        {
            throw new TransferException(FailureCode.Other, $"'{Describe(name)}' is nested more than {MaxDepth} directories deep", Describe(name));
        }

        var children = new DirectoryReader(directory);
        while (children.Next())
        {
            if (!Utf8.IsValid(children.Name))
            {
                _skipped++;
                continue;
            }

            var leaf = children.NameText;
            PackChild(directory, leaf, name == "." ? leaf : $"{name}/{leaf}", depth + 1);
        }
    }

    private void PackChild(Descriptor directory, string leaf, string name, int depth)
    {
        FileStatus status;

        // SAFETY: the name ends in a NUL and is pinned; the kernel fills the local structure.
        fixed (byte* path = GuestPath.Native(leaf))
        {
            if (Libc.Status(directory, path, Linux.AT_SYMLINK_NOFOLLOW, Linux.STATX_BASIC_STATS, &status) != 0)
            {
                // Gone since the directory was read.
                _skipped++;
                return;
            }

            if (status.Type == Linux.S_IFLNK)
            {
                PackLink(directory, path, name, status);
                return;
            }

            if (status.Type is not (Linux.S_IFDIR or Linux.S_IFREG))
            {
                _skipped++;
                return;
            }

            using var child = Libc.OpenAt(
                directory,
                path,
                Linux.O_RDONLY | LinuxX64.O_NOFOLLOW | Linux.O_NONBLOCK | Linux.O_CLOEXEC,
                0);
            if (!child.IsInvalid)
            {
                PackOpened(child, name, status, depth);
                return;
            }
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno is not (Errno.ENOENT or Errno.ELOOP))
        {
            throw TransferException.FromErrno("opening", Describe(name), errno);
        }

        _skipped++;
    }

    private void PackLink(Descriptor directory, byte* path, string name, in FileStatus status)
    {
        var target = stackalloc byte[MaxLinkBytes];

        // SAFETY: at most MaxLinkBytes are stored, and only what was stored is read.
        var length = (int)Libc.ReadLinkAt(directory, path, target, MaxLinkBytes);
        var bytes = new ReadOnlySpan<byte>(target, Math.Max(length, 0));
        if (length <= 0 || !Utf8.IsValid(bytes))
        {
            _skipped++;
            return;
        }

        Write(name, TarEntry.SymbolicLink, status, size: 0, Encoding.UTF8.GetString(bytes));
    }

    private void PackFile(Descriptor file, string name, in FileStatus status)
    {
        if (status.Size >= SmallFileBytes)
        {
            Write(name, TarEntry.File, status, status.Size);
            Copy(file, name, status.Size);
            return;
        }

        var length = ReadWhole(file, name);
        Write(name, TarEntry.File, status, length);
        output.Write(_small.AsSpan(0, length));
        output.WriteZeros(TarFormat.Padding(length));
    }

    private void Copy(Descriptor file, string name, long size)
    {
        for (var left = size; left > 0;)
        {
            var count = Read(file, name, output.Room[..(int)Math.Min(output.Room.Length, left)]);
            if (count == 0)
            {
                throw new TransferException(FailureCode.Other, $"'{Describe(name)}' was cut short while it was read", Describe(name));
            }

            output.Commit(count);
            left -= count;
        }

        output.WriteZeros(TarFormat.Padding(size));
    }

    private int ReadWhole(Descriptor file, string name)
    {
        var length = 0;
        while (true)
        {
            var count = Read(file, name, _small.AsSpan(length));
            length += count;
            if (count == 0)
            {
                return length;
            }

            if (length == _small.Length)
            {
                if (length >= MaxUnsizedBytes)
                {
                    throw new TransferException(FailureCode.Other, $"'{Describe(name)}' is larger than it says", Describe(name));
                }

                Array.Resize(ref _small, length * 2);
            }
        }
    }

    private int Read(Descriptor file, string name, Span<byte> destination)
    {
        // SAFETY: the span is pinned for the call and its length passed along.
        fixed (byte* start = destination)
        {
            var count = Libc.Read(file, start, (nuint)destination.Length);
            return count >= 0
                ? (int)count
                : throw TransferException.FromErrno("reading", Describe(name), Marshal.GetLastPInvokeError());
        }
    }

    private void Write(string name, byte type, in FileStatus status, long size, string target = "")
    {
        _writer.WriteHeader(new TarEntry
        {
            Type = type,
            Name = name,
            Target = target,
            Mode = status.Mode & 0xFFFu,
            Size = size,
            ModifiedSeconds = status.ModifiedSeconds,
            ModifiedNanoseconds = status.ModifiedNanoseconds,
        });
        _entries++;
        _bytes += size;
    }

    private string Describe(string name) => name == "." ? request.Path : $"{request.Path.TrimEnd('/')}/{name}";
}
