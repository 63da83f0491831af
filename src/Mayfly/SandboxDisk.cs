namespace Mayfly;

/// <summary>
/// A raw disk image that the guest sees as a block device: the first one of a sandbox as <c>/dev/vda</c> with the serial
/// number <c>disk0</c>, the next as <c>/dev/vdb</c> with <c>disk1</c>, and so on. The file itself is never written, so
/// several sandboxes may use one image at once; nobody else may change it meanwhile.
/// </summary>
public sealed record SandboxDisk
{
    /// <summary>The image on the host: a regular file of 512 bytes to 64 TiB, in whole sectors of 512 bytes.</summary>
    public required string Path { get; init; }

    /// <summary>What the guest may do with it. Default <see cref="SandboxDiskMode.CopyOnWrite"/>.</summary>
    public SandboxDiskMode Mode { get; init; } = SandboxDiskMode.CopyOnWrite;

    /// <summary>
    /// How much of the host's room what the guest writes may take, in pieces of 64 KiB (of 4 KiB with
    /// <see cref="SandboxDiskOverlay.DeviceMapper"/>); beyond it the guest's writes fail. It is taken as it is needed, in the
    /// runtime directory or in memory. Default 1 GiB; 1 MiB to 1 TiB. Of no meaning for a disk that is read only.
    /// </summary>
    public ByteSize WriteLimit { get; init; } = ByteSize.GiB(1);

    /// <summary>What keeps the guest's writes. Default <see cref="SandboxDiskOverlay.Auto"/>. Of no meaning for a disk that is read only.</summary>
    public SandboxDiskOverlay Overlay { get; init; } = SandboxDiskOverlay.Auto;
}
