using System.Diagnostics;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Images.Kernels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Images;

/// <summary>The minimal kernel as far as it needs no compiler: `build/bench kernel` boots a real one.</summary>
public sealed class MinimalKernelTests : IDisposable
{
    private const string Release = "6.1.0-mayfly";

    private static readonly string _recipe = Path.Combine(Repository.Root, "guest/image/kernel");

    private readonly TemporaryFolder _folder = new();
    private readonly FakePackages _packages = new();

    public MinimalKernelTests() => File.WriteAllText(_folder["agent"], "the agent");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AKernelThatHasNotBeenBuiltIsAnErrorThatSaysHowToBuildIt()
    {
        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Store().GetAsync(Minimal, default));

        Assert.Equal(ErrorCode.MinimalKernelMissing, error.Code);
        Assert.Contains("mayfly image build --kernel minimal", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _packages.Downloads);
        Assert.False(await Store().HasMinimalAsync(default));
    }

    [Fact]
    public async Task AKernelOfOnesOwnGoesBeforeTheMinimalOne()
    {
        await File.WriteAllBytesAsync(_folder["mine"], SyntheticElf.Kernel());

        var image = await Store().GetAsync(Minimal with { KernelPath = _folder["mine"] }, default);

        Assert.Equal(_folder["mine"], image.KernelPath);
    }

    [Fact]
    public async Task ItsImageHasNoModulesAndEmptyListsOfThem()
    {
        await PutAsync();

        var image = await Store().GetAsync(Minimal, default);

        Assert.True(await Store().HasMinimalAsync(default));
        Assert.Equal(Release, image.KernelRelease);
        Assert.Equal(SyntheticElf.Kernel(), await File.ReadAllBytesAsync(image.KernelPath));
        var files = CpioReader.Read(await File.ReadAllBytesAsync(image.InitramfsPath)).ToDictionary(entry => entry.Name);
        Assert.DoesNotContain(files.Keys, name => name.EndsWith(".ko", StringComparison.Ordinal));
        Assert.Equal("the agent"u8, files["init"].Content);
        Assert.All(files.Where(file => file.Key.StartsWith("etc/mayfly/modules.", StringComparison.Ordinal)), file => Assert.Empty(file.Value.Content));
        Assert.Contains("etc/mayfly/modules.vsock", files.Keys);
        Assert.Equal("kernel/fs/erofs/erofs.ko\n"u8, files[$"lib/modules/{Release}/modules.builtin"].Content);
    }

    [Fact]
    public async Task ItsImageAndTheStockOneDoNotGetInEachOthersWay()
    {
        await PutAsync();

        var stock = await Store().GetAsync(new SandboxOptions(), default);
        var minimal = await Store().GetAsync(Minimal, default);
        _packages.Offline = true;

        Assert.NotEqual(stock, minimal);
        Assert.Equal(stock, await Store().GetAsync(new SandboxOptions(), default));
        Assert.Equal(minimal, await Store().GetAsync(Minimal, default));
    }

    [Fact]
    public async Task ADamagedKernelIsAsGoodAsNone()
    {
        await PutAsync();
        var image = await Store().GetAsync(Minimal, default);
        await File.WriteAllTextAsync(image.KernelPath, "damaged");

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Store().GetAsync(Minimal, default));

        Assert.Equal(ErrorCode.MinimalKernelMissing, error.Code);
    }

    [Fact]
    public async Task AnInitramfsOfOnesOwnBootsWithIt()
    {
        await PutAsync();
        var own = (await Store().GetAsync(new SandboxOptions(), default)).InitramfsPath;

        var image = await Store().GetAsync(Minimal with { InitramfsPath = own }, default);

        Assert.Equal((own, true, Release), (image.InitramfsPath, image.IsForeign, image.KernelRelease));
    }

    [Fact]
    public void EveryLineOfTheConfigurationSaysOneThingOnce()
    {
        var lines = File.ReadAllLines(Path.Combine(_recipe, "minimal.config")).Where(line => line.Length > 0).ToList();
        var options = lines.Select(OptionOf).OfType<string>().ToList();

        Assert.NotEmpty(options);
        Assert.Equal(options.Distinct(), options);
        Assert.All(lines, line => Assert.True(line[0] == '#' || line.StartsWith("CONFIG_", StringComparison.Ordinal), line));
        Assert.All(lines.Where(line => line[0] != '#'), line => Assert.Matches("^CONFIG_[A-Z0-9_]+=(y|[0-9]+|\"[a-z0-9-]*\")$", line));
    }

    [Fact]
    public async Task TheScriptSaysWhichPackagesAreMissing()
    {
        // With a PATH of a few programs only, there is no compiler.
        Directory.CreateDirectory(_folder["bin"]);
        foreach (var program in new[] { "bash", "dirname", "tar", "xz", "find", "perl", "bc", "make", "dpkg-deb" })
        {
            await File.WriteAllTextAsync(_folder[$"bin/{program}"], "#!/bin/sh\n");
            File.SetUnixFileMode(_folder[$"bin/{program}"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(_recipe, "build"), "check"]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = _folder["bin"];
        using var script = Process.Start(start)!;
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();

        Assert.Equal(3, script.ExitCode);
        Assert.Equal("gcc\nbinutils\nflex\nbison\n", output);
    }

    private static SandboxOptions Minimal => new() { Kernel = SandboxKernel.Minimal };

    private static string? OptionOf(string line) =>
        line.StartsWith("CONFIG_", StringComparison.Ordinal) ? line.Split('=')[0]
        : line.StartsWith("# CONFIG_", StringComparison.Ordinal) && line.EndsWith(" is not set", StringComparison.Ordinal) ? line.Split(' ')[1]
        : null;

    /// <summary>Puts into the cache what a build would.</summary>
    private async Task PutAsync()
    {
        var cache = Cache();
        var entries = new CacheEntries(cache, NullLogger.Instance);
        var key = new CacheKey(KernelEntry.Kind, new Dictionary<string, string> { ["configuration"] = MinimalKernelBuilder.RecipeDigest });
        await entries.MakeAsync(
            key,
            async folder =>
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, KernelEntry.KernelFile), SyntheticElf.Kernel());
                await File.WriteAllBytesAsync(Path.Combine(folder, KernelEntry.BuiltInFile), Encoding.UTF8.GetBytes("kernel/fs/erofs/erofs.ko\n"));
                return new Dictionary<string, string> { [KernelEntry.ReleaseFact] = Release };
            },
            default);
        new PackageShelf(cache, entries, _packages, GuestArchitecture.X64, new ImageReport(NullLogger.Instance, null))
            .RememberBuilt(ImageStore.MinimalKernelName, key);
    }

    private CacheDirectory Cache() => CacheDirectory.Open(_folder["cache"]);

    private ImageStore Store() =>
        new(Cache(), _packages, GuestArchitecture.X64, _folder["agent"], NullLogger.Instance, TimeProvider.System);
}
