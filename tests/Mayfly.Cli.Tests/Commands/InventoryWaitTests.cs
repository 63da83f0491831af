using Mayfly.Cli.Commands;
using Mayfly.Cli.Tests.Harness;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Tests.Commands;

public sealed class InventoryWaitTests
{
    private static readonly InventoryItem s_item = new(InventoryKind.Process, "10@500", "monitor");
    private static readonly SandboxInventory s_nothing = new([]);
    private static readonly SandboxInventory s_something = new([s_item]);

    [Fact]
    public async Task WhatVanishesInTimeHasNotAppeared()
    {
        var pictures = 0;

        var difference = await InventoryWait.CompareAsync(
            s_nothing, () => ++pictures < 3 ? s_something : s_nothing, Patience.Limit, TimeProvider.System, CancellationToken.None);

        Assert.Empty(difference.Appeared);
        Assert.Equal(3, pictures);
    }

    [Fact]
    public async Task WhatStaysIsToldWhenTheTimeIsUp()
    {
        var pictures = 0;

        var difference = await InventoryWait.CompareAsync(
            s_nothing, () => ++pictures > 0 ? s_something : s_nothing, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);

        Assert.Equal([s_item], difference.Appeared);
        Assert.Equal(2, pictures);
    }

    [Fact]
    public async Task WithoutTimeOnePictureDecidesAndWhatHasVanishedIsNotWaitedFor()
    {
        var pictures = 0;

        var difference = await InventoryWait.CompareAsync(
            s_something, () => ++pictures == 1 ? s_nothing : s_something, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.Equal([s_item], difference.Vanished);
        Assert.Equal(1, pictures);
    }

    [Fact]
    public async Task WaitingCanBeGivenUp()
    {
        using var gaveUp = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => InventoryWait.CompareAsync(
            s_nothing,
            () =>
            {
                gaveUp.Cancel();
                return s_something;
            },
            Patience.Limit,
            TimeProvider.System,
            gaveUp.Token));
    }
}
