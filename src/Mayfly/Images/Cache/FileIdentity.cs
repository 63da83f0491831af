using System.Globalization;

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
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether it is a file proper, rather than a folder, a pipe or a device.</summary>
    public bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    /// <summary>The identity of the file behind <paramref name="path"/>; null where there is none.</summary>
    public static FileIdentity? Of(string path)
        => Libc.TryStat(path, out var stat)
            ? new FileIdentity(
                stat.DeviceMajor,
                stat.DeviceMinor,
                stat.Inode,
                stat.Bytes,
                ToNanoseconds(stat.ModificationSeconds, stat.ModificationNanoseconds),
                ToNanoseconds(stat.ChangeSeconds, stat.ChangeNanoseconds),
                stat.Owner,
                stat.Mode)
            : null;

    /// <summary>All of it as one line.</summary>
    public string ToText()
        => string.Create(
            CultureInfo.InvariantCulture, $"{DeviceMajor}:{DeviceMinor}:{Inode}:{Bytes}:{ModifiedNs}:{ChangedNs}:{Owner}:{Mode}");

    private static long ToNanoseconds(long seconds, uint nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);
}
