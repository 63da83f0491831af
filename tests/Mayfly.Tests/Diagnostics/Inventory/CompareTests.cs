using Mayfly.Diagnostics;

namespace Mayfly.Tests.Diagnostics.Inventory;

public sealed class CompareTests
{
    private static readonly InventoryItem s_early = new(InventoryKind.Process, "10@500", "monitor");
    private static readonly InventoryItem s_late = new(InventoryKind.Process, "10@900", "monitor");
    private static readonly InventoryItem s_group = new(InventoryKind.ControlGroup, "/g/mayfly-a", "1 processes");

    [Fact]
    public void AProcessWithAnOldIdAndANewStartHasAppearedAndTheOldOneHasVanished()
    {
        var difference = SandboxInventory.Compare(new([s_early, s_group]), new([s_late, s_group]));

        Assert.Equal([s_late], difference.Appeared);
        Assert.Equal([s_early], difference.Vanished);
    }

    [Fact]
    public void ADetailThatHasChangedIsNoDifference()
    {
        var difference = SandboxInventory.Compare(new([s_group]), new([s_group with { Detail = "0 processes" }]));

        Assert.Empty(difference.Appeared);
        Assert.Empty(difference.Vanished);
    }

    [Fact]
    public void TheSameNameOfAnotherKindIsAnother() => Assert.Single(
        SandboxInventory.Compare(new([s_group]), new([s_group, s_group with { Kind = InventoryKind.Mount }])).Appeared);
}
