namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>Snapshots of the device mapper under a warden, in a guest whose kernel has one.</summary>
[Trait("Category", "MicroVM")]
public sealed class SnapshotTests(StorageHost storage) : IClassFixture<StorageHost>
{
    private GuestHost Host => storage.Host;

    [Fact]
    public async Task WritesGoToTheStoreAndEverythingGoesWithTheOwner()
    {
        await using var warden = await Host.StartWardenAsync("writes");
        Assert.StartsWith("started ", await warden.CarryAsync(StorageHost.Plan(warden, "writes")), StringComparison.Ordinal);
        var disk = $"{warden.Directory}/disk0";

        Assert.Equal("origin", await Host.ShellAsync($"head -n 1 {disk}"));
        Assert.Equal("4194304", await Host.ShellAsync($"wc -c < {disk}"));
        await Host.ShellAsync($"printf changed | dd of={disk} conv=notrunc 2> /dev/null; sync; echo 3 > /proc/sys/vm/drop_caches");
        Assert.StartsWith("changed", await Host.ShellAsync($"head -n 2 {disk}"), StringComparison.Ordinal);
        Assert.Equal(storage.Checksum, await storage.ChecksumAsync());
        Assert.Equal("", await Host.ShellAsync("grep '^mayfly ' /proc/self/mounts || true"));

        var (lines, code) = await warden.EndAsync();

        Assert.Equal(["signalled 9"], lines);
        Assert.Equal(0, code);
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task AFullStoreIsAnErrorOfTheDiskAndLeavesTheOriginAlone()
    {
        await using var warden = await Host.StartWardenAsync("full");
        Assert.StartsWith("started ", await warden.CarryAsync(StorageHost.Plan(warden, "full")), StringComparison.Ordinal);

        var result = await Host.Sandbox.ShellAsync($"dd if=/dev/zero of={warden.Directory}/disk0 bs=64k count=48 conv=notrunc,fsync", Patience.Long);

        Assert.Contains("error", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(storage.Checksum, await storage.ChecksumAsync());
        Assert.Equal(0, (await warden.EndAsync()).ExitCode);
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task TheReaperClearsWhatAKilledWardenHasLeft()
    {
        await using var warden = await Host.StartWardenAsync("killed");
        Assert.StartsWith("started ", await warden.CarryAsync(StorageHost.Plan(warden, "killed")), StringComparison.Ordinal);

        await warden.KillAsync();
        Assert.Equal("mayfly-killed-0", await Host.ShellAsync("cat /sys/block/dm-*/dm/name"));

        Assert.Equal(["reaped killed"], await Host.ReapAsync());
        Assert.Empty(await Host.ReapAsync());
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task TheReaperFindsByNameWhatADamagedRecordDoesNotTell()
    {
        await using var warden = await Host.StartWardenAsync("damaged");
        Assert.StartsWith("started ", await warden.CarryAsync(StorageHost.Plan(warden, "damaged")), StringComparison.Ordinal);

        await warden.KillAsync();
        await Host.ShellAsync($"echo nonsense > {warden.Directory}/handles");

        Assert.Equal(["reaped damaged"], await Host.ReapAsync());
        await storage.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(25)]
    public async Task AWardenKilledInTheMiddleLeavesNothingThatTheReaperDoesNotFind(int delayMs)
    {
        await using var warden = await Host.StartWardenAsync("middle");

        var killing = Host.ShellAsync($"usleep {delayMs * 1000}; kill -9 {warden.ProcessId}");
        await warden.SendAsync(StorageHost.Plan(warden, "middle").Write());
        await killing;
        while (await warden.ReadLineAsync() is not null)
        {
        }

        Assert.Equal(["reaped middle"], await Host.ReapAsync());
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task ANameThatIsTakenIsDeniedAndItsOwnerKeepsIt()
    {
        const string OtherRoot = "/tmp/other";
        await Host.ShellAsync($"mkdir -p -m 700 {OtherRoot}");
        await using var first = await Host.StartWardenAsync("taken", OtherRoot);
        await using var second = await Host.StartWardenAsync("taken");
        Assert.StartsWith("started ", await first.CarryAsync(StorageHost.Plan(first, "taken")), StringComparison.Ordinal);

        var denied = await second.CarryAsync(StorageHost.Plan(second, "taken"));
        Assert.StartsWith("denied mapped-device mayfly-taken-0: ", denied, StringComparison.Ordinal);
        Assert.Contains("busy", denied, StringComparison.Ordinal);
        await AssertEndsSilentlyAsync(second);

        Assert.Equal("2", await Host.ShellAsync("ls -d /sys/block/loop*/loop | wc -l"));
        Assert.Equal("origin", await Host.ShellAsync($"head -n 1 {first.Directory}/disk0"));
        Assert.Equal(0, (await first.EndAsync()).ExitCode);
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task ADeviceThatSomebodyHoldsIsReportedAndGoesLater()
    {
        await using var warden = await Host.StartWardenAsync("held");
        Assert.StartsWith("started ", await warden.CarryAsync(StorageHost.Plan(warden, "held")), StringComparison.Ordinal);
        await using var holder = await Host.Sandbox.StartCommandAsync(["sh", "-c", $"exec 3< {warden.Directory}/disk0; echo held; exec sleep 1000"]);
        Assert.Equal("held", await new StreamReader(holder.Output).ReadLineAsync().WithPatience());

        var (lines, code) = await warden.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith("left mapped-device mayfly-held-0: another process uses it", StringComparison.Ordinal));
        Assert.Contains(await Host.ReapAsync(), line => line.StartsWith("left held mapped-device mayfly-held-0: ", StringComparison.Ordinal));
        await holder.CancelAsync();
        await holder.Completion.WithPatience();
        Assert.Equal(["reaped held"], await Host.ReapAsync());
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task AnOriginThatIsMissingIsTheErrorAndWhatWasMadeBeforeItGoes()
    {
        await using var warden = await Host.StartWardenAsync("missing");

        Assert.Equal(
            "denied loop origin0: opening /tmp/absent.img: No such file or directory",
            await warden.CarryAsync(StorageHost.Plan(warden, "missing", origin: "/tmp/absent.img")));

        await AssertEndsSilentlyAsync(warden);
        await storage.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task AnOriginThatIsTooShortIsRefusedByTheKernelAndEverythingRolledBack()
    {
        await Host.ShellAsync("head -c 1048576 /dev/zero > /tmp/short.img");
        await using var warden = await Host.StartWardenAsync("short");

        var denied = await warden.CarryAsync(StorageHost.Plan(warden, "short", origin: "/tmp/short.img"));

        Assert.StartsWith("denied mapped-device mayfly-short-0: loading the table", denied, StringComparison.Ordinal);
        await AssertEndsSilentlyAsync(warden);
        await storage.AssertNothingIsLeftAsync();
    }

    private static async Task AssertEndsSilentlyAsync(GuestWarden warden)
    {
        var (lines, code) = await warden.EndAsync();
        Assert.Empty(lines);
        Assert.Equal(0, code);
    }
}
