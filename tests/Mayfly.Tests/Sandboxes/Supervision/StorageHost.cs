using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>A guest with loop devices and snapshots, and what a sandbox's disk is made of in there.</summary>
public sealed class StorageHost : IAsyncLifetime
{
    public const string Origin = "/tmp/origin.img";
    public const int OriginBytes = 4 * 1024 * 1024;

    public GuestHost Host { get; private set; } = null!;

    /// <summary>The origin's content as it must stay.</summary>
    public string Checksum { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Host = await GuestHost.StartAsync("loop", "dm-snapshot");
        await Host.ShellAsync($"yes origin | head -c {OriginBytes} > {Origin}");
        Checksum = await ChecksumAsync();
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public async Task<string> ChecksumAsync() => await Host.ShellAsync($"sha256sum < {Origin}");

    /// <summary>What the library asks for with one copy-on-write disk, reached by the link <c>disk0</c>, and a program that sleeps.</summary>
    public static WardenPlan Plan(GuestWarden warden, string id, string origin = Origin)
    {
        var disk = new SandboxDisk { Path = origin, Overlay = SandboxDiskOverlay.DeviceMapper, WriteLimit = ByteSize.MiB(1) };
        var plan = DiskPlan.Make([new DiskImage(disk, origin, OriginBytes)], id, warden.Directory);
        Assert.Equal(new DeviceDrive($"{warden.Directory}/disk0"), Assert.Single(plan.Drives));
        return new WardenPlan { Resources = plan.Resources, Program = ["sleep", "600"] };
    }

    /// <summary>Asserts that the guest has no sandbox, no mapped or loop device in use, and no mount of ours in any namespace.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        // Where its warden died before it had written it down, the kernel kills the program when it has the time.
        await Host.WaitUntilAsync("! ps | grep -q '[s]leep 600'");
        Assert.Equal(
            "",
            await Host.ShellAsync(
                $"""
                ls -A {GuestHost.Root} | grep -v '^.lock$'
                ls /sys/block | grep '^dm-'
                ls -d /sys/block/loop*/loop 2> /dev/null
                cat /proc/[0-9]*/mounts 2> /dev/null | grep '^mayfly '
                true
                """));
    }
}
