using System.Runtime.InteropServices;
using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>The few calls the cache needs that .NET does not have.</summary>
internal static partial class Libc
{
    private const int NoSuchEntry = 2;
    private const int NoSuchAddress = 6;
    private const int OpenNoFollow = 0x20000;
    private const int SeekToData = 3;
    private const int SeekToHole = 4;
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int OpenReadOnly = 0;
    private const int OpenNonBlocking = 0x800;
    private const int OpenReadWrite = 2;
    private const int OpenCreate = 0x40;
    private const int OpenCloseOnExec = 0x80000;
    private const int OwnerReadWrite = 0x180;
    private const uint BasicStats = 0x7ff;

    /// <summary>The user in whose name this process works.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>flock(2): a lock that ends with the open file, thus also with its killed owner.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    /// <summary>
    /// Opens a file to lock, and creates it where it is absent. .NET would lock it itself when it opens it, whatever the
    /// share mode, and fail where another has it.
    /// </summary>
    public static SafeFileHandle OpenLockFile(string path)
    {
        var file = Open(path, OpenReadWrite | OpenCreate | OpenCloseOnExec, OwnerReadWrite);
        if (!file.IsInvalid)
        {
            return file;
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw new IOException($"{path} can't be opened: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>Opens a file that is there to read, write and lock it; null where there is none.</summary>
    public static SafeFileHandle? OpenExisting(string path)
    {
        var file = Open(path, OpenReadWrite | OpenNoFollow | OpenCloseOnExec, 0);
        if (!file.IsInvalid)
        {
            return file;
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error == NoSuchEntry ? null : throw new IOException($"{path} can't be opened: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>The next data of a file from an offset on, its holes passed over; null where there is none before the end.</summary>
    public static (long Begin, long End)? NextData(SafeFileHandle file, long offset)
    {
        var begin = Seek(file, offset, SeekToData);
        if (begin < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == NoSuchAddress ? null : throw new IOException($"the file's data can't be found: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }

        var end = Seek(file, begin, SeekToHole);
        return end > begin
            ? (begin, end)
            : throw new IOException($"the file's holes can't be found: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads what identifies the file a path leads to.</summary>
    public static unsafe bool TryStat(string path, out StatxBuffer buffer)
    {
        // SAFETY: the kernel writes at most the 256 bytes of struct statx, which is StatxBuffer's declared size.
        fixed (StatxBuffer* target = &buffer)
        {
            return Statx(CurrentDirectory, path, 0, BasicStats, target) == 0;
        }
    }

    /// <summary>The same, of a link itself where the path ends in one.</summary>
    public static unsafe bool TryStatEntry(string path, out StatxBuffer buffer)
    {
        // SAFETY: as above.
        fixed (StatxBuffer* target = &buffer)
        {
            return Statx(CurrentDirectory, path, NoFollow, BasicStats, target) == 0;
        }
    }

    /// <summary>The same, of an open file.</summary>
    public static unsafe bool TryStat(SafeFileHandle file, out StatxBuffer buffer)
    {
        // SAFETY: as above.
        fixed (StatxBuffer* target = &buffer)
        {
            return Statx(file, "", EmptyPath, BasicStats, target) == 0;
        }
    }

    /// <summary>Opens a file to read it; a pipe does not hold it up, and a link at the end of the path is not followed.</summary>
    public static SafeFileHandle OpenEntry(string path)
    {
        var file = Open(path, OpenReadOnly | OpenNonBlocking | OpenFlags.NoFollow | OpenCloseOnExec, 0);
        if (!file.IsInvalid)
        {
            return file;
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw new IOException($"{path} can't be opened: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>Brings a folder's names to the disk; where a file system can't, there is nothing to be done about it.</summary>
    public static void FlushDirectory(string path)
    {
        using var directory = Open(path, OpenReadOnly | OpenCloseOnExec, 0);
        if (!directory.IsInvalid)
        {
            _ = Fsync(directory);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(SafeFileHandle file, string path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);
}
