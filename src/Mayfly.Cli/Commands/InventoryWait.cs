using Mayfly.Diagnostics;

namespace Mayfly.Cli.Commands;

/// <summary>Compares pictures until nothing is there that was not, or the time is up.</summary>
internal static class InventoryWait
{
    /// <summary>The kernel tells nobody when the last of all these resources goes, so there is nothing to wait for but time.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The difference to the last picture taken; at least one is.</summary>
    public static async Task<InventoryDifference> CompareAsync(
        SandboxInventory before,
        Func<SandboxInventory> take,
        TimeSpan wait,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            // Asked before the picture, so that one more is taken when the time is up.
            var isLast = time.GetElapsedTime(begin) >= wait;
            var difference = SandboxInventory.Compare(before, take());
            if (isLast || difference.Appeared.Count == 0)
            {
                return difference;
            }

            await Task.Delay(_pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
