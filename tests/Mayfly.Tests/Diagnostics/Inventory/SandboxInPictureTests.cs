using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>A real sandbox in the picture.</summary>
[Trait("Category", "MicroVM")]
public sealed class SandboxInPictureTests
{
    [Fact]
    public async Task ARunningSandboxShowsItsMonitorItsWardenAndItsDirectoryAndADisposedOneNothing()
    {
        var sandbox = await Sandbox.StartAsync();
        IReadOnlyList<InventoryItem> processes;
        try
        {
            processes = Picture.Processes(sandbox.Id);
            Picture.MustShow(InventoryKind.Directory, Path.Combine(RuntimeRoot.Open(), sandbox.Id));
        }
        finally
        {
            await sandbox.DisposeAsync();
        }

        Assert.Single(processes, item => item.Detail.StartsWith("monitor, ", StringComparison.Ordinal));
        Assert.Contains(processes, item => item.Detail.StartsWith("agent, ", StringComparison.Ordinal) && item.Detail.Contains(", warden ", StringComparison.Ordinal));
        var after = SandboxInventory.Take().Items;
        Assert.DoesNotContain(after, item => $"{item.Name} {item.Detail}".Contains(sandbox.Id, StringComparison.Ordinal));
        Assert.Empty(after.Select(item => item.Name).Intersect(processes.Select(item => item.Name)));
    }
}
