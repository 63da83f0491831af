using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>What lstat tells of a path. Read by statx, whose structure is the same on every architecture.</summary>
/// <param name="OwnerId">The owner's user id.</param>
/// <param name="Mode">Type and permission bits, as in st_mode.</param>
internal readonly partial record struct FileStatus(uint OwnerId, ushort Mode)
{
    private const int AtCurrentDirectory = -100;
    private const int AtNoFollow = 0x100;
    private const uint StatxBasic = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int TypeDirectory = 0x4000;
    private const int TypeOrdinaryFile = 0x8000;
    private const int WritableByOthers = 0b000_010_010;

    /// <summary>Whether it is a directory, and not a link to one.</summary>
    public bool IsDirectory => (Mode & TypeMask) == TypeDirectory;

    /// <summary>Whether it is a file, and neither a link to one nor a pipe, socket or device.</summary>
    public bool IsOrdinaryFile => (Mode & TypeMask) == TypeOrdinaryFile;

    /// <summary>Whether its group or everybody may write to it.</summary>
    public bool IsWritableByOthers => (Mode & WritableByOthers) != 0;

    /// <summary>The user that this process acts as.</summary>
    public static uint EffectiveUserId => GetEffectiveUserId();

    /// <summary>Reads the status without following a link at the end of the path; null where there is nothing.</summary>
    public static FileStatus? TryRead(string path) =>
        Statx(AtCurrentDirectory, path, AtNoFollow, StatxBasic, out var status) == 0
            ? new FileStatus(status.OwnerId, status.Mode)
            : null;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    /// <summary>struct statx; only what is read is named.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatxBuffer
    {
        [FieldOffset(20)]
        public uint OwnerId;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
