using Mayfly.Images;
using Mayfly.Images.Modules;

namespace Mayfly.Tests.Images;

public sealed class ModuleTests
{
    [Fact]
    public void DependenciesAndAliasesAreReadFromTheModuleItself()
    {
        var info = ModuleInfoReader.Read(SyntheticElf.Module("license=GPL", "depends=virtio,virtio-ring", "alias=fs-x", "alias=pci:v*"));

        Assert.Equal(["virtio", "virtio-ring"], info.Depends);
        Assert.Equal(["fs-x", "pci:v*"], info.Aliases);
        Assert.Empty(ModuleInfoReader.Read(SyntheticElf.Module("depends=")).Depends);
    }

    [Fact]
    public void ADamagedModuleIsInvalidDataAndNothingElse()
    {
        var random = new Random(42);
        var module = SyntheticElf.Module("depends=a,b", "alias=c");
        for (var trial = 0; trial < 20_000; trial++)
        {
            var damaged = module[..random.Next(module.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                ModuleInfoReader.Read(damaged);
            }
            catch (InvalidDataException)
            {
                // The one way to say no.
            }
        }
    }

    [Fact]
    public void ModulesLoadAfterWhatTheyDependOnAndOnce()
    {
        var set = Set(("virtio_mmio", "virtio,virtio_ring"), ("virtio", "virtio_ring"), ("virtio_ring", ""), ("dm_mod", ""), ("dm_snapshot", "dm-mod,crc"));

        Assert.Equal(["virtio_ring", "virtio", "virtio_mmio"], set.LoadOrder(["virtio_mmio", "virtio", "crc", "nowhere"]));
        Assert.Equal(["dm_mod", "dm_snapshot"], set.LoadOrder(["dm-snapshot"]));
        Assert.Equal(["missing"], set.FindMissing(["dm_mod", "crc", "missing"]));
    }

    [Fact]
    public void ACircleOfDependenciesEnds()
        => Assert.Equal(["b", "a"], Set(("a", "b"), ("b", "a")).LoadOrder(["a"]));

    [Fact]
    public void ModprobeReadsTheDependenciesLastFirst()
    {
        var set = Set(("c", "b,a"), ("b", "a"), ("a", ""));

        Assert.Equal("k/a.ko:\nk/b.ko: k/a.ko\nk/c.ko: k/b.ko k/a.ko\n", set.ToModulesDep(name => $"k/{name}.ko"));
    }

    [Theory]
    [InlineData("./lib/modules/6.1/kernel/drivers/md/dm-mod.ko", "dm_mod")]
    [InlineData("usr/lib/modules/6.12/kernel/fs/erofs/erofs.ko.xz", "erofs")]
    [InlineData("a.ko.zst", "a")]
    [InlineData("a.ko.orig", null)]
    [InlineData("lib/.ko", null)]
    [InlineData("lib/modules.builtin", null)]
    public void ModuleFilesAreKnownByTheirName(string path, string? name) => Assert.Equal(name, ModuleName.OfFile(path));

    [Fact]
    public void TheEmbeddedListsMakeSense()
    {
        var resources = ImageResources.Default;

        Assert.Equal(["virtio_ring", "virtio", "virtio_mmio", "virtio_console"], resources.Modules.SerialBoot);
        Assert.Equal(
            ["virtio_ring", "virtio", "virtio_mmio", "vsock", "vmw_vsock_virtio_transport_common", "vmw_vsock_virtio_transport"],
            resources.Modules.VsockBoot);
        Assert.Equal(["failover", "net_failover", "virtio_net"], resources.Modules.Network);
        Assert.Equal(["virtio_blk"], resources.Modules.Disk);
        Assert.Equal(resources.Modules.All.Count(), resources.Modules.All.Distinct().Count());
        var paths = resources.Layout.Select(entry => entry.Path).ToList();
        Assert.Equal(paths.Count, paths.Distinct().Count());

        // The kernel unpacks in order and makes no folder that was not named before.
        Assert.All(paths, (path, index) => Assert.True(
            path.LastIndexOf('/') == 0 || paths.Take(index).Contains(path[..path.LastIndexOf('/')]), $"{path} has no parent before it"));
    }

    [Fact]
    public void EachTransportLoadsTheCommonModulesAndThenItsOwn()
    {
        var list = ModuleList.Parse("[boot vsock]\nv-sock # its own\n[available]\next\n[boot network]\nnet\n[boot]\nvirtio\n[boot serial]\nconsole\n[boot disk]\nblk\n");

        Assert.Equal(["virtio", "console"], list.SerialBoot);
        Assert.Equal(["virtio", "v_sock"], list.VsockBoot);
        Assert.Equal(["net"], list.Network);
        Assert.Equal(["blk"], list.Disk);
        Assert.Equal(["blk", "console", "ext", "net", "v_sock", "virtio"], list.All.Order());
    }

    [Theory]
    [InlineData("virtio")]
    [InlineData("[sometimes]\nvirtio")]
    [InlineData("[boot carrier-pigeon]\nvirtio")]
    public void AListWithoutSectionsIsRefused(string text) => Assert.Throws<FormatException>(() => ModuleList.Parse(text));

    private static ModuleSet Set(params (string Name, string Depends)[] modules)
        => new(
            modules.ToDictionary(
                module => module.Name,
                module => new ModuleInfo(module.Depends.Split(',', StringSplitOptions.RemoveEmptyEntries), [])),
            new HashSet<string> { "crc" });
}
