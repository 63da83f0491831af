using Mayfly.Diagnostics;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>What takes root's rights to make: it is in the picture while it is there, and not in the next one.</summary>
public sealed class FoundDevicesTests
{
    [RootFact]
    public void ATapDeviceIsFoundUntilItIsGone()
    {
        var name = ResourceNames.Tap(SandboxId.Create());
        using (new TestTap(name))
        {
            Assert.StartsWith("TAP device, flags 0x", Picture.MustShow(InventoryKind.NetworkDevice, name).Detail, StringComparison.Ordinal);
        }

        Picture.MustNotShow(InventoryKind.NetworkDevice, name);
    }

    [RootFact]
    public void ADeviceThatOnlyBeginsAsOursDoIsNotFound()
    {
        using var stranger = new TestTap("mf0");

        Picture.MustNotShow(InventoryKind.NetworkDevice, "mf0");
    }

    [RootFact]
    public void AControlGroupIsFoundAtAnyDepthUntilItIsRemoved()
    {
        var mount = File.ReadLines("/proc/self/mountinfo")
            .Select(MountEntry.Parse)
            .First(entry => entry is { FileSystem: "cgroup" or "cgroup2" } && !entry.MountPoint.EndsWith("cpuset", StringComparison.Ordinal))!;
        var parent = Directory.CreateDirectory(Path.Combine(mount.MountPoint, $"inventory-test-{SandboxId.Create()}"));
        var group = Directory.CreateDirectory(Path.Combine(parent.FullName, ResourceNames.ControlGroup(SandboxId.Create())));
        try
        {
            Assert.Equal("0 processes", Picture.MustShow(InventoryKind.ControlGroup, group.FullName).Detail);
            Picture.MustNotShow(InventoryKind.ControlGroup, parent.FullName);
        }
        finally
        {
            Directory.Delete(group.FullName);
            Directory.Delete(parent.FullName);
        }

        Picture.MustNotShow(InventoryKind.ControlGroup, group.FullName);
    }

    [RootFact]
    public async Task ALoopDeviceIsFoundUntilItIsDetachedAlsoWhereItsFileIsDeleted()
    {
        using var place = new SandboxPlace();
        var file = place.File("disk.img");
        await File.WriteAllBytesAsync(file, new byte[64 * 1024]);
        var device = await HostCommand.RunAsync("losetup", "--find", "--show", file);
        var name = Path.GetFileName(device);
        try
        {
            Assert.Equal($"over {file}", Picture.MustShow(InventoryKind.LoopDevice, name).Detail);

            File.Delete(file);
            Assert.Contains("(deleted)", Picture.MustShow(InventoryKind.LoopDevice, name).Detail, StringComparison.Ordinal);
        }
        finally
        {
            await HostCommand.RunAsync("losetup", "--detach", device);
        }

        Picture.MustNotShow(InventoryKind.LoopDevice, name);
    }

    [RootFact]
    public async Task AMountIsFoundUntilItIsUnmountedWhateverItsNameHolds()
    {
        using var place = new SandboxPlace();
        var point = place.File("a place \\ of\tits own");
        Directory.CreateDirectory(point);
        await HostCommand.RunAsync("mount", "-t", "tmpfs", "mayfly-test", point);
        try
        {
            Assert.Equal("tmpfs of mayfly-test", Picture.MustShow(InventoryKind.Mount, point).Detail);
        }
        finally
        {
            await HostCommand.RunAsync("umount", point);
        }

        Picture.MustNotShow(InventoryKind.Mount, point);
    }

    [RootFact]
    public void ANetworkNamespaceIsFoundUntilItsNameIsRemoved()
    {
        const string namespaces = "/run/netns";
        var made = !Directory.Exists(namespaces);
        Directory.CreateDirectory(namespaces);
        var name = $"{ResourceNames.Prefix}{SandboxId.Create()}";
        var path = Path.Combine(namespaces, name);
        File.WriteAllText(path, "");
        try
        {
            Picture.MustShow(InventoryKind.NetworkNamespace, name);
        }
        finally
        {
            File.Delete(path);
            if (made)
            {
                Directory.Delete(namespaces);
            }
        }

        Picture.MustNotShow(InventoryKind.NetworkNamespace, name);
    }
}
