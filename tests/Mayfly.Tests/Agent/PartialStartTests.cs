using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>Plans of which a later part can't be had: what was made before it goes, and the reason told is its own.</summary>
public sealed class PartialStartTests
{
    [RootFact]
    public async Task ABridgeThatIsNotThereTakesTheControlGroupBack()
    {
        using var warden = await WardenProcess.StartAsync();

        warden.Send(Plan(warden, ResourceHandle.Of(ResourceKind.Tap, ("name", ResourceNames.Tap(warden.Id)), ("bridge", "mft-absent"))).Write());

        Assert.StartsWith("note limits ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        var denied = await warden.ReadLineAsync();
        Assert.StartsWith($"denied tap {ResourceNames.Tap(warden.Id)}: ", denied, StringComparison.Ordinal);
        Assert.Contains("mft-absent", denied, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(warden);
    }

    [RootFact]
    public async Task AFileThatIsNotThereTakesTheDeviceBack()
    {
        using var warden = await WardenProcess.StartAsync();

        warden.Send(Plan(
            warden,
            ResourceHandle.Of(ResourceKind.Tap, ("name", ResourceNames.Tap(warden.Id)), ("address", "198.19.255.1/30")),
            ResourceHandle.Of(ResourceKind.Loop, ("name", "base"), ("file", "/absent/image"), ("read_only", "true"))).Write());

        Assert.StartsWith("note limits ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Contains("/absent/image", await warden.ReadLineAsync(), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(warden);
    }

    [RootFact]
    public async Task AProgramThatIsNotThereTakesEverythingBack()
    {
        using var warden = await WardenProcess.StartAsync();

        warden.Send((Plan(warden, ResourceHandle.Of(ResourceKind.Tap, ("name", ResourceNames.Tap(warden.Id)))) with { Program = ["/absent/program"] }).Write());

        Assert.StartsWith("note limits ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("failed '/absent/program' could not start", await warden.ReadLineAsync(), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(warden);
    }

    private static WardenPlan Plan(WardenProcess warden, params ResourceHandle[] resources) => new()
    {
        Resources = [ResourceHandle.Of(ResourceKind.ControlGroup, ("name", ResourceNames.ControlGroup(warden.Id)), ("pids", "64")), .. resources],
        Program = ["sleep", "600"],
    };

    private static async Task AssertNothingIsLeftAsync(WardenProcess warden)
    {
        warden.CloseInput();

        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
        Assert.False(Directory.Exists($"/sys/class/net/{ResourceNames.Tap(warden.Id)}"));
        Assert.Empty(Directory.EnumerateDirectories(
            "/sys/fs/cgroup",
            ResourceNames.ControlGroup(warden.Id),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }));
    }
}
