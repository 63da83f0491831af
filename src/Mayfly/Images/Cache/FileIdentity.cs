using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>
/// What changes when a file is replaced or written. Nobody can write a file by system calls and keep its change time, so an
/// equal identity within one boot of the host means an equal content; what is written through a mapping may show there late.
/// </summary>
internal sealed record FileIdentity(
    uint DeviceMajor,
    uint DeviceMinor,
    ulong Inode,
    long Bytes,
    long ModifiedNs,
    long ChangedNs,
    uint Owner,
    ushort Mode)
{
    private const int OthersMask = 0x3f;
    private const int TypeMask = 0xf000;
    private const int Folder = 0x4000;
    private const int RegularFile = 0x8000;
    private const int SymbolicLink = 0xa000;
    private const int Socket = 0xc000;
    private const int Pipe = 0x1000;

    /// <summary>Whether it is a file proper, rather than a folder, a pipe or a device.</summary>
    public bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    /// <summary>Whether it is a file proper that nobody but this user has any right to.</summary>
    public bool IsPrivate => IsRegularFile && Owner == Libc.EffectiveUser() && (Mode & OthersMask) == 0;

    /// <summary>When its content last changed.</summary>
    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNs / TimeSpan.NanosecondsPerTick);

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => (Mode & TypeMask) == Folder;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & TypeMask) == SymbolicLink;

    /// <summary>Whether it is a socket or a named pipe, which are of use to running programs only.</summary>
    public bool IsOfPrograms => (Mode & TypeMask) is Socket or Pipe;

    /// <summary>How many names it has.</summary>
    public uint Links { get; init; }

    /// <summary>The identity of the file behind <paramref name="path"/>; null where there is none.</summary>
    public static FileIdentity? Of(string path)
        => Libc.TryStat(path, out var stat) ? Of(stat) : null;

    /// <summary>The identity of what is at <paramref name="path"/>, a link itself where it is one; null where there is nothing.</summary>
    public static FileIdentity? OfEntry(string path)
        => Libc.TryStatEntry(path, out var stat) ? Of(stat) : null;

    /// <summary>The identity of an open file; null where it can't be told.</summary>
    public static FileIdentity? Of(SafeFileHandle file)
        => Libc.TryStat(file, out var stat) ? Of(stat) : null;

    /// <summary>Whether it is the same file, whatever has been written to it.</summary>
    public bool IsSameFile(FileIdentity? other)
        => other is not null && (DeviceMajor, DeviceMinor, Inode) == (other.DeviceMajor, other.DeviceMinor, other.Inode);

    /// <summary>All of it as one line.</summary>
    public string ToText()
        => string.Create(
            CultureInfo.InvariantCulture, $"{DeviceMajor}:{DeviceMinor}:{Inode}:{Bytes}:{ModifiedNs}:{ChangedNs}:{Owner}:{Mode}");

    private static FileIdentity Of(in StatxBuffer stat)
        => new(
            stat.DeviceMajor,
            stat.DeviceMinor,
            stat.Inode,
            stat.Bytes,
            ToNanoseconds(stat.ModificationSeconds, stat.ModificationNanoseconds),
            ToNanoseconds(stat.ChangeSeconds, stat.ChangeNanoseconds),
            stat.Owner,
            stat.Mode)
        {
            Links = stat.Links,
        };

    private static long ToNanoseconds(long seconds, uint nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);
}
