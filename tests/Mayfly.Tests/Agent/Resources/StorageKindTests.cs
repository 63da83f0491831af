using System.Diagnostics;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent.Resources;

/// <summary>Loop devices and mounts under the native warden, on this host. Each kind fails once when made and once when released.</summary>
public sealed class StorageKindTests : IDisposable
{
    private readonly string _image = Path.GetTempFileName();

    public StorageKindTests()
    {
        using var image = File.OpenWrite(_image);
        image.SetLength(1024 * 1024);
    }

    public void Dispose() => File.Delete(_image);

    [LoopFact]
    public async Task ALoopDeviceIsBoundToItsFileForAsLongAsTheSandboxLives()
    {
        using var warden = await StartAsync(Image("read_only", "true"));
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        var device = Path.GetFileName(Recorded(warden)["path"]!);

        Assert.Equal(_image, File.ReadAllText($"/sys/block/{device}/loop/backing_file").Trim());
        Assert.Equal("1", File.ReadAllText($"/sys/block/{device}/ro").Trim());

        await EndAsync(warden, 0);
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task ALoopDeviceGoesWithItsWardenAlsoWhereNobodyReaps()
    {
        using var warden = await StartAsync(Image());
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        var device = Path.GetFileName(Recorded(warden)["path"]!);

        warden.Kill();
        await warden.WaitAsync();

        Assert.False(Directory.Exists($"/sys/block/{device}/loop"));
        Assert.Equal([$"reaped {warden.Id}"], await ReapAsync(warden));
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task ADeviceInUseIsReportedAsLeftAndGoesByALaterReap()
    {
        using var warden = await StartAsync(Image());
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        using (File.OpenRead(Recorded(warden)["path"]!))
        {
            warden.CloseInput();

            Assert.Equal("signalled 9", await warden.ReadLineAsync());
            Assert.StartsWith("left loop image: another process uses it", await warden.ReadLineAsync(), StringComparison.Ordinal);
            Assert.Equal(1, await warden.WaitAsync());
        }

        Assert.Equal([$"reaped {warden.Id}"], await ReapAsync(warden));
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task TheFirstErrorIsReportedAndWhatWasMadeBeforeItIsReleased()
    {
        using var warden = await StartAsync(Image(), Loop("second", "/tmp/absent.img"), Loop("third", "/tmp/absent-too.img"));

        Assert.Equal("denied loop second: opening /tmp/absent.img: No such file or directory", await warden.ReadLineAsync());

        await EndAsync(warden, 0, programRan: false);
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task SandboxesThatTakeLoopDevicesAtOnceGetDifferentOnes()
    {
        var wardens = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(Loop("a", _image), Loop("b", _image))));
        try
        {
            foreach (var warden in wardens)
            {
                Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
            }

            var paths = wardens.SelectMany(Living).Select(handle => handle["path"]).OfType<string>().ToList();
            Assert.Equal(8, paths.Distinct().Count());
        }
        finally
        {
            foreach (var warden in wardens)
            {
                warden.Dispose();
            }
        }

        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task AFileOutsideTheSandboxIsNotMade()
    {
        var outside = _image + ".outside";
        using var warden = await StartAsync(Image(), Loop("store", outside, ("size_bytes", "4096")));

        Assert.StartsWith("denied loop store: ", await warden.ReadLineAsync(), StringComparison.Ordinal);

        await EndAsync(warden, 0, programRan: false);
        Assert.False(File.Exists(outside));
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task WhatIsNoFileIsNotPutBehindADevice()
    {
        using var warden = await StartAsync(Image(), Loop("folder", "/tmp"));

        Assert.StartsWith("denied loop folder: ", await warden.ReadLineAsync(), StringComparison.Ordinal);

        await EndAsync(warden, 0, programRan: false);
        AssertNothingIsLeft();
    }

    [LoopFact]
    public async Task AMountIsTheWardensOwnAndBounded()
    {
        using var warden = await WardenProcess.StartAsync();
        var path = Path.Combine(warden.Directory, "memory");
        warden.Send(new WardenPlan
        {
            Resources = [Mount(path)],
            Program = ["sh", "-c", $"head -c 2097152 /dev/zero > {path}/file; wc -c < {path}/file >&2; exec sleep 600"],
        }.Write());
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);

        // The complaint of head comes first.
        Assert.NotNull(await warden.ReadErrorLineAsync());
        Assert.Equal("1048576", await warden.ReadErrorLineAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
        Assert.DoesNotContain(path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Contains($"{path} rw,nosuid,nodev,noexec", File.ReadAllText($"/proc/{warden.ProcessId}/mountinfo"), StringComparison.Ordinal);

        await EndAsync(warden, 0);
    }

    [LoopFact]
    public async Task AMountOutsideTheSandboxIsDeniedAndTheOneBeforeItReleased()
    {
        using var warden = await WardenProcess.StartAsync();
        var path = Path.Combine(warden.Directory, "memory");
        warden.Send(new WardenPlan { Resources = [Mount(path), Mount(warden.Directory + "/../elsewhere")], Program = ["true"] }.Write());

        Assert.StartsWith("denied mount ", await warden.ReadLineAsync(), StringComparison.Ordinal);

        await EndAsync(warden, 0, programRan: false);
        Assert.False(Directory.Exists(Path.Combine(warden.Root, "elsewhere")));
    }

    [LoopFact]
    public async Task APlaceThatIsTakenIsNotMountedOver()
    {
        using var warden = await WardenProcess.StartAsync();
        var path = Path.Combine(warden.Directory, "memory");
        Directory.CreateDirectory(path);
        warden.Send(new WardenPlan { Resources = [Mount(path)], Program = ["true"] }.Write());

        Assert.Equal($"denied mount {path}: making {path}: File exists", await warden.ReadLineAsync());

        await EndAsync(warden, 0, programRan: false);
    }

    private static ResourceHandle Mount(string path) => ResourceHandle.Of(ResourceKind.Mount, ("path", path), ("size_bytes", "1048576"));

    private static ResourceHandle Loop(string name, string file, params ReadOnlySpan<(string Name, string? Value)> more) =>
        ResourceHandle.Of(ResourceKind.Loop, [("name", name), ("file", file), .. more]);

    private static IEnumerable<ResourceHandle> Living(WardenProcess warden) =>
        HandleLine.ReadLiving(File.ReadAllBytes(Path.Combine(warden.Directory, ResourceNames.HandlesFile))).Select(line => line.Handle);

    private static ResourceHandle Recorded(WardenProcess warden) => Living(warden).First(handle => handle.Kind == ResourceKind.Loop);

    private static async Task<WardenProcess> StartAsync(params ResourceHandle[] resources)
    {
        var warden = await WardenProcess.StartAsync();
        warden.Send(new WardenPlan { Resources = resources, Program = ["sleep", "600"] }.Write());
        return warden;
    }

    private static async Task EndAsync(WardenProcess warden, int code, bool programRan = true)
    {
        warden.CloseInput();
        Assert.Equal(programRan ? "signalled 9" : null, await warden.ReadLineAsync());
        Assert.Equal(code, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    private static async Task<string[]> ReapAsync(WardenProcess warden)
    {
        using var reaper = Process.Start(new ProcessStartInfo(WardenProcess.AgentPath, ["reap", warden.Root]) { RedirectStandardOutput = true })!;
        var lines = await reaper.StandardOutput.ReadToEndAsync();
        await reaper.WaitForExitAsync();
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private ResourceHandle Image(params ReadOnlySpan<string> more) =>
        more.IsEmpty ? Loop("image", _image) : Loop("image", _image, (more[0], more[1]));

    private void AssertNothingIsLeft() => Assert.DoesNotContain(
        Directory.EnumerateDirectories("/sys/block", "loop*").Select(device => Path.Combine(device, "loop", "backing_file")).Where(File.Exists),
        file => File.ReadAllText(file).Contains(_image, StringComparison.Ordinal));
}
