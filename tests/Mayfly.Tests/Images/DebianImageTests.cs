using System.Text;
using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Images.Kernels;
using Mayfly.Images.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Images;

/// <summary>The image that sandboxes really boot. Its packages come from the user's cache, which is filled where it is not.</summary>
[Trait("Category", "MicroVM")]
public sealed class DebianImageTests : IDisposable
{
    private static readonly string _agent = typeof(DebianImageTests).Assembly.Location;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheImageOfDebiansPackagesIsWhole()
    {
        await new ImageStore(_agent, NullLogger.Instance, TimeProvider.System).GetAsync(null, null, default);
        var cache = CacheDirectory.Open(_folder["cache"]);
        CopyPackages(CacheDirectory.Open().Path, cache.Path);

        var progress = new ProgressRecorder();
        var image = await new ImageStore(cache, new DebianPackages(GuestArchitecture.X64), GuestArchitecture.X64, _agent, NullLogger.Instance, TimeProvider.System)
            .GetAsync(null, progress, default);

        Assert.DoesNotContain(progress.Steps, step => step.Activity.StartsWith("downloading", StringComparison.Ordinal));
        Assert.Equal((image.KernelPath, KernelFormat.Elf), UserKernel.Check(image.KernelPath, GuestArchitecture.X64));
        var files = CpioReader.Read(await File.ReadAllBytesAsync(image.InitramfsPath)).ToDictionary(entry => $"/{entry.Name}");
        var root = $"/lib/modules/{image.KernelRelease}";
        var modules = ImageResources.Default.Modules;
        foreach (var (list, names) in new[] { ("serial", modules.SerialBoot), ("vsock", modules.VsockBoot), ("network", modules.Network) })
        {
            var boot = Encoding.UTF8.GetString(files[$"/etc/mayfly/modules.{list}"].Content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(names.Select(name => $"{root}/kernel/{name}.ko"), boot);
            Assert.All(boot, path => Assert.Contains(path, files.Keys));
        }

        foreach (var line in Encoding.UTF8.GetString(files[$"{root}/modules.dep"].Content).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.All(line.Replace(":", "", StringComparison.Ordinal).Split(' '), module => Assert.Contains($"{root}/{module}", files.Keys));
        }

        Assert.Contains("alias fs-erofs erofs\n", Encoding.UTF8.GetString(files[$"{root}/modules.alias"].Content), StringComparison.Ordinal);
        Assert.Equal("busybox"u8, files["/bin/sh"].Content);
        Assert.Equal("busybox"u8, files["/bin/modprobe"].Content);
        Assert.InRange(new FileInfo(image.InitramfsPath).Length, 4_000_000, 16_000_000);
    }

    private static void CopyPackages(string from, string to)
    {
        foreach (var file in Directory.GetDirectories(from, "*-packages")
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Append(Path.Combine(from, "current.json")))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
