namespace Mayfly;

/// <summary>What keeps the writes to a copy-on-write disk.</summary>
public enum SandboxDiskOverlay
{
    /// <summary>As <see cref="File"/>.</summary>
    Auto,

    /// <summary>
    /// A file in the sandbox's directory that QEMU lays over the image. Needs no rights. When it is full the guest's writes
    /// fail and reads go on.
    /// </summary>
    File,

    /// <summary>
    /// A snapshot by the host kernel's device mapper, whose store is in memory. Needs root and the kernel module dm-snapshot.
    /// When the store is full the whole disk fails.
    /// </summary>
    DeviceMapper,
}
