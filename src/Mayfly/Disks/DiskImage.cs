using Mayfly.Diagnostics;
using Mayfly.Images.Cache;

namespace Mayfly.Disks;

/// <summary>A disk that was asked for, with its image looked at.</summary>
/// <param name="Disk">As asked for.</param>
/// <param name="Path">The image's absolute path.</param>
/// <param name="SizeBytes">Whole sectors; at least one.</param>
internal sealed record DiskImage(SandboxDisk Disk, string Path, long SizeBytes)
{
    private const int SectorBytes = 512;

    private static readonly ByteSize _most = ByteSize.GiB(64 * 1024);

    /// <summary>Looks at the images of all disks, and at whether the host can lay over them what was asked for.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1014: an image can't be used. MAY1020: the host can't.</exception>
    public static IReadOnlyList<DiskImage> OpenAll(IReadOnlyList<SandboxDisk> disks)
    {
        IReadOnlyList<DiskImage> images = [.. disks.Select(Open)];
        if (images.Any(image => image.HasSnapshot))
        {
            DeviceMapperHost.Require();
        }

        return images;
    }

    /// <summary>Whether the device mapper is to take the writes.</summary>
    public bool HasSnapshot => Disk is { Mode: SandboxDiskMode.CopyOnWrite, Overlay: SandboxDiskOverlay.DeviceMapper };

    private static DiskImage Open(SandboxDisk disk)
    {
        var path = System.IO.Path.GetFullPath(disk.Path);
        try
        {
            // Opening a pipe would wait for its writer, for ever perhaps.
            if (FileIdentity.Of(path) is not { IsRegularFile: true } file)
            {
                throw Unusable(path, System.IO.Path.Exists(path) ? "it is not a file but a folder, pipe or device" : "there is no such file");
            }

            using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Bytes == 0 ? throw Unusable(path, "it is empty")
                : file.Bytes % SectorBytes != 0 ? throw Unusable(path, $"its {file.Bytes} bytes are not whole sectors of {SectorBytes}")
                : file.Bytes > _most.Bytes ? throw Unusable(path, $"its {new ByteSize(file.Bytes)} are more than {_most}")
                : new DiskImage(disk, path, file.Bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, $"it can't be read ({exception.Message})", exception);
        }
    }

    private static SandboxConfigurationException Unusable(string path, string why, Exception? cause = null) => new(
        ErrorCode.DiskUnusable,
        $"the disk {path} can't be used: {why}. SandboxDisk.Path (--disk) must name a raw image that this user can read; other formats are made raw with `qemu-img convert -O raw`.",
        cause);
}
