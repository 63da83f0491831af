using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary>Whole small files and whole buffers, for what procfs, sysfs and cgroupfs speak.</summary>
internal static unsafe class Files
{
    /// <summary>Reads a file of at most <paramref name="limitBytes"/>; null where it can't be opened or read.</summary>
    public static byte[]? TryRead(string path, int limitBytes)
    {
        using var file = Libc.Open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        return file.IsInvalid ? null : TryRead(file, limitBytes);
    }

    private static byte[]? TryRead(Descriptor file, int limitBytes)
    {
        var buffer = new byte[Math.Min(limitBytes, 4096)];
        var length = 0;
        while (true)
        {
            // SAFETY: reads into the rest of the pinned array only.
            fixed (byte* start = buffer)
            {
                var count = Libc.Read(file, start + length, (nuint)(buffer.Length - length));
                if (count <= 0)
                {
                    return count < 0 ? null : buffer[..length];
                }

                length += (int)count;
            }

            if (length == buffer.Length)
            {
                if (length == limitBytes)
                {
                    return buffer;
                }

                Array.Resize(ref buffer, Math.Min(limitBytes, length * 2));
            }
        }
    }

    /// <summary>
    /// The same for a file that somebody else may have put there: what is no ordinary file, such as a pipe that would never
    /// end, is not opened.
    /// </summary>
    public static byte[]? TryReadOrdinary(string path, int limitBytes)
    {
        using var file = Libc.Open(path, Linux.O_RDONLY | Linux.O_NONBLOCK | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, 0);
        return !file.IsInvalid && TryGetStatus(file) is { Type: Linux.S_IFREG } ? TryRead(file, limitBytes) : null;
    }

    /// <summary>What an open file is; null where that can't be told.</summary>
    public static FileStatus? TryGetStatus(Descriptor file)
    {
        FileStatus status;
        byte empty = 0;

        // SAFETY: the empty path is a NUL, and the kernel fills the local structure.
        return Libc.Status(file, &empty, Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, &status) == 0 ? status : null;
    }

    public static string? TryReadText(string path, int limitBytes) =>
        TryRead(path, limitBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Writes one short text to an existing file.</summary>
    /// <returns>0 or the error number.</returns>
    public static int WriteText(string path, string text)
    {
        using var file = Libc.Open(path, Linux.O_WRONLY | Linux.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return Marshal.GetLastPInvokeError();
        }

        return TryWrite(file, Encoding.UTF8.GetBytes(text)) ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Writes all bytes to a blocking descriptor.</summary>
    public static bool TryWrite(Descriptor descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // SAFETY: the span is pinned for the call and its length passed along.
            fixed (byte* start = bytes)
            {
                var count = Libc.Write(descriptor, start, (nuint)bytes.Length);
                if (count > 0)
                {
                    bytes = bytes[(int)count..];
                }
                else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
