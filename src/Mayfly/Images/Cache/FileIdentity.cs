using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>
/// What changes when a file is replaced or written. Nobody can write a file and keep its change time, so an equal
/// identity within one boot of the host means an equal content.
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
    private const int RegularFile = 0x8000;

    /// <summary>Whether it is a file proper, rather than a folder, a pipe or a device.</summary>
    public bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    /// <summary>Whether it is a file proper that nobody but this user has any right to.</summary>
    public bool IsPrivate => IsRegularFile && Owner == Libc.EffectiveUser() && (Mode & OthersMask) == 0;

    /// <summary>When its content last changed.</summary>
    public DateTimeOffset Modified => DateTimeOffset.UnixEpoch.AddTicks(ModifiedNs / TimeSpan.NanosecondsPerTick);

    /// <summary>The identity of the file behind <paramref name="path"/>; null where there is none.</summary>
    public static FileIdentity? Of(string path) => Libc.TryStat(path, out var stat) ? Of(stat) : null;

    /// <summary>The identity of an open file.</summary>
    public static FileIdentity? Of(SafeFileHandle file) => Libc.TryStat(file, out var stat) ? Of(stat) : null;

    /// <summary>Whether it is the same file, whatever has been written to it.</summary>
    public bool IsSameFile(FileIdentity? other)
        => other is not null && (DeviceMajor, DeviceMinor, Inode) == (other.DeviceMajor, other.DeviceMinor, other.Inode);

    /// <summary>All of it as one line.</summary>
    public string ToText()
        => string.Create(
            CultureInfo.InvariantCulture, $"{DeviceMajor}:{DeviceMinor}:{Inode}:{Bytes}:{ModifiedNs}:{ChangedNs}:{Owner}:{Mode}");

    private static FileIdentity Of(in StatxBuffer stat) => new(
        stat.DeviceMajor,
        stat.DeviceMinor,
        stat.Inode,
        stat.Bytes,
        ToNanoseconds(stat.ModificationSeconds, stat.ModificationNanoseconds),
        ToNanoseconds(stat.ChangeSeconds, stat.ChangeNanoseconds),
        stat.Owner,
        stat.Mode);

    private static long ToNanoseconds(long seconds, uint nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);
}
