using System.Buffers.Binary;

namespace Mayfly.Disks;

/// <summary>
/// An empty qcow2 file of version 3 to lay over an image: a header, one table and one block of reference counts, and an
/// unwritten first-level table. It names no image, for the monitor is told. It has its full length from the start, all of
/// it a hole, because QEMU keeps to a length that it is given, and so to the limit.
/// </summary>
/// <remarks>The format: https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/docs/interop/qcow2.txt</remarks>
internal static class OverlayFile
{
    /// <summary>The unit in which room is taken.</summary>
    public const int ClusterBytes = 1 << ClusterBits;

    /// <summary>"QFI" and a byte that is no text.</summary>
    private const uint Magic = 0x514649fb;

    private const uint Version = 3;
    private const int ClusterBits = 16;
    private const int HeaderBytes = 104;
    private const int EntryBytes = 8;
    private const int ReferenceCountOrder = 4;
    private const int ReferenceCountBytes = (1 << ReferenceCountOrder) / 8;

    /// <summary>What one entry of the first-level table covers: a cluster of entries for a cluster each.</summary>
    private const long TableReachBytes = (long)ClusterBytes / EntryBytes * ClusterBytes;

    private const int ReferenceTableCluster = 1;
    private const int ReferenceBlockCluster = 2;
    private const int FirstTableCluster = 3;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes it to a new file that only the user can read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diskBytes">The size of the disk, at most 64 TiB.</param>
    /// <param name="limitBytes">How much the writes may take; rounded up to clusters.</param>
    /// <returns>The file's length, which it must not outgrow.</returns>
    public static long Create(string path, long diskBytes, long limitBytes)
    {
        var tableEntries = CountOf(diskBytes, TableReachBytes);
        var clusters = FirstTableCluster + CountOf(tableEntries * EntryBytes, ClusterBytes);
        var length = (clusters + CountOf(limitBytes, ClusterBytes)) * ClusterBytes;
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        file.SetLength(length);
        file.Write(Header(diskBytes, (uint)tableEntries));
        file.Position = ReferenceTableCluster * ClusterBytes;
        file.Write(ReferenceTable());
        file.Position = ReferenceBlockCluster * ClusterBytes;
        file.Write(ReferenceBlock((int)clusters));
        return length;
    }

    private static byte[] Header(long diskBytes, uint tableEntries)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(header, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(20), ClusterBits);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), diskBytes);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(36), tableEntries);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(40), FirstTableCluster * ClusterBytes);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(48), ReferenceTableCluster * ClusterBytes);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(96), ReferenceCountOrder);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(100), HeaderBytes);
        return header;
    }

    private static byte[] ReferenceTable()
    {
        var table = new byte[EntryBytes];
        BinaryPrimitives.WriteInt64BigEndian(table, ReferenceBlockCluster * ClusterBytes);
        return table;
    }

    private static byte[] ReferenceBlock(int clusters)
    {
        var block = new byte[clusters * ReferenceCountBytes];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(cluster * ReferenceCountBytes), 1);
        }

        return block;
    }

    private static long CountOf(long bytes, long unit) => (bytes + unit - 1) / unit;
}
