using Mayfly.Disks;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Disks;

public sealed class DiskImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnImageOfWholeSectorsIsTaken()
    {
        var image = Assert.Single(DiskImage.OpenAll([new SandboxDisk { Path = Make("disk.img", 1536) }]));

        Assert.Equal((_folder["disk.img"], 1536L, false), (image.Path, image.SizeBytes, image.HasSnapshot));
    }

    [Fact]
    public void AnImageIsRefusedForTheFirstThingThatIsWrongWithIt()
    {
        Directory.CreateDirectory(_folder["folder"]);
        AssertRefused(_folder["absent.img"], "there is no such file");
        AssertRefused(_folder["folder"], "it is not a file but a folder, pipe or device");
        AssertRefused("/dev/null", "it is not a file but a folder, pipe or device");
        AssertRefused(Make("empty.img", 0), "it is empty");
        AssertRefused(Make("odd.img", 1000), "its 1000 bytes are not whole sectors of 512");
    }

    [Fact]
    public void ASnapshotThatTheHostCanNotMakeIsRefusedWithAWayOut()
    {
        if (Path.Exists("/dev/mapper/control"))
        {
            return;
        }

        var disk = new SandboxDisk { Path = Make("disk.img", 512), Overlay = SandboxDiskOverlay.DeviceMapper };

        var exception = Assert.Throws<SandboxConfigurationException>(() => DiskImage.OpenAll([disk]));

        Assert.Equal("MAY1020", exception.Code);
        Assert.Contains("SandboxDiskOverlay.File", exception.Message, StringComparison.Ordinal);
        Assert.Single(DiskImage.OpenAll([disk with { Mode = SandboxDiskMode.ReadOnly }]));
    }

    private static void AssertRefused(string path, string why)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => DiskImage.OpenAll([new SandboxDisk { Path = path }]));
        Assert.Equal("MAY1014", exception.Code);
        Assert.Contains($"the disk {path} can't be used: {why}", exception.Message, StringComparison.Ordinal);
    }

    private string Make(string name, int bytes)
    {
        File.WriteAllBytes(_folder[name], new byte[bytes]);
        return _folder[name];
    }
}
