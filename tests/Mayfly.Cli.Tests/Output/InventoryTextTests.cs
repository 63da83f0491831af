using Mayfly.Cli.Output;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Tests.Output;

public sealed class InventoryTextTests
{
    [Fact]
    public void NothingIsSaid()
    {
        Assert.Equal("Nothing on this host is Mayfly's.\n", InventoryText.Describe(new SandboxInventory([])));
        Assert.Equal("Nothing has appeared or vanished.\n", InventoryText.Describe(new InventoryDifference([], [])));
    }

    [Fact]
    public void ItemsAreColumns() => Assert.Equal(
        "process            10@2  monitor\ncontrol group      /g/a  0 processes\nnetwork namespace  mf\n",
        InventoryText.Describe(new SandboxInventory(
        [
            new(InventoryKind.Process, "10@2", "monitor"),
            new(InventoryKind.ControlGroup, "/g/a", "0 processes"),
            new(InventoryKind.NetworkNamespace, "mf", ""),
        ])));

    [Fact]
    public void WhatHasAppearedComesFirst() => Assert.Equal(
        "appeared  process            1@2  monitor\nvanished  loop device        loop0  over a\n",
        InventoryText.Describe(new InventoryDifference(
            [new(InventoryKind.Process, "1@2", "monitor")],
            [new(InventoryKind.LoopDevice, "loop0", "over a")])));

    [Fact]
    public void ANameCannotForgeALineOrSteerATerminal()
    {
        var text = InventoryText.Describe(new SandboxInventory([new(InventoryKind.Directory, "a\nprocess \u001b[2J", "")]));

        Assert.Equal("directory          a\n  process \n", text);
    }

    [Fact]
    public void ALongNameDoesNotMoveTheOthersDetails()
    {
        var text = InventoryText.Describe(new SandboxInventory(
            [new(InventoryKind.Directory, new string('a', 500), "long"), new(InventoryKind.Directory, "b", "short")]));

        Assert.All(text.Split('\n')[1..], line => Assert.True(line.Length < 100));
    }
}
