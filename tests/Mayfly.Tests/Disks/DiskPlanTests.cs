using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Protocol.Supervision;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Disks;

public sealed class DiskPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FilesNeedNoResources()
    {
        var plan = DiskPlan.Make(
            [Image("/images/a.img", 4096, SandboxDiskMode.ReadOnly), Image("/images/b.img", 4096, SandboxDiskMode.CopyOnWrite)], "abc", _folder.Path);

        Assert.Empty(plan.Resources);
        Assert.Equal(
            [new ReadOnlyDrive("/images/a.img"), new OverlayDrive("/images/b.img", _folder["disk1"], 20 * 64 * 1024)],
            plan.Drives);
        Assert.Equal(20 * 64 * 1024, new FileInfo(_folder["disk1"]).Length);
    }

    [Fact]
    public void SnapshotsShareOneFileSystemForTheirStores()
    {
        var image = Image("/images/a.img", 4096, SandboxDiskMode.CopyOnWrite, SandboxDiskOverlay.DeviceMapper);

        var plan = DiskPlan.Make([image, image], "abc", _folder.Path);

        Assert.Equal([new DeviceDrive(_folder["disk0"]), new DeviceDrive(_folder["disk1"])], plan.Drives);
        Assert.Equal(
            ["mount", "loop origin0", "loop store0", "mapped-device mayfly-abc-0", "loop origin1", "loop store1", "mapped-device mayfly-abc-1"],
            plan.Resources.Select(resource => resource.Kind == ResourceKind.Mount ? resource.Kind : resource.ToString()));
        Assert.Equal($"{(2 * 1024 * 1024) + (2 * 64 * 1024)}", plan.Resources[0]["size_bytes"]);
        Assert.Equal((_folder["stores/store1"], "1048576"), (plan.Resources[5]["file"], plan.Resources[5]["size_bytes"]));
        Assert.Equal(("origin1", "store1", "4096", _folder["disk1"]), (plan.Resources[6]["origin"], plan.Resources[6]["store"], plan.Resources[6]["size_bytes"], plan.Resources[6]["path"]));
    }

    private static DiskImage Image(string path, long bytes, SandboxDiskMode mode, SandboxDiskOverlay overlay = SandboxDiskOverlay.Auto) =>
        new(new SandboxDisk { Path = path, Mode = mode, Overlay = overlay, WriteLimit = ByteSize.MiB(1) }, path, bytes);
}
