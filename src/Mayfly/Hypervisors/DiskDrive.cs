namespace Mayfly.Hypervisors;

/// <summary>A disk of the machine's.</summary>
internal abstract record DiskDrive
{
    /// <summary>The serial number by which the guest knows it; null for <c>disk</c> and its number.</summary>
    public string? Serial { get; init; }
}

/// <summary>A raw image that is only read.</summary>
/// <param name="ImagePath">The image.</param>
internal sealed record ReadOnlyDrive(string ImagePath) : DiskDrive;

/// <summary>A raw image below a file of its own that takes the writes.</summary>
/// <param name="ImagePath">The image, which is only read.</param>
/// <param name="OverlayPath">A qcow2 file.</param>
/// <param name="OverlayBytes">That file's length, which it must not outgrow.</param>
internal sealed record OverlayDrive(string ImagePath, string OverlayPath, long OverlayBytes) : DiskDrive;

/// <summary>A block device of the host's that is the machine's alone.</summary>
/// <param name="DevicePath">The device.</param>
internal sealed record DeviceDrive(string DevicePath) : DiskDrive;
