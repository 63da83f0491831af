using Mayfly.Diagnostics;
using Mayfly.Tests.Sandboxes;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>Looks for one item in pictures of the whole host, in which there may be others that are nobody's business.</summary>
internal static class Picture
{
    /// <summary>The item, which must be in a picture taken now.</summary>
    public static InventoryItem MustShow(InventoryKind kind, string name) =>
        Assert.Single(SandboxInventory.Take().Items, item => item.Kind == kind && item.Name == name);

    public static void MustNotShow(InventoryKind kind, string name) =>
        Assert.DoesNotContain(SandboxInventory.Take().Items, item => item.Kind == kind && item.Name == name);

    /// <summary>The processes in a picture taken now whose description holds a text.</summary>
    public static IReadOnlyList<InventoryItem> Processes(string text) =>
        [.. SandboxInventory.Take().Items.Where(item => item.Kind == InventoryKind.Process && item.Detail.Contains(text, StringComparison.Ordinal))];

    /// <summary>The kernel tells nobody of what is waited for here, so pictures are taken until one shows it.</summary>
    /// <param name="matches">Which item it is.</param>
    /// <param name="describe">What there is instead, for the failure's message.</param>
    public static async Task<InventoryItem> EventuallyShowsAsync(Func<InventoryItem, bool> matches, Func<string> describe)
    {
        using var deadline = new CancellationTokenSource(Patience.Command);
        while (!deadline.IsCancellationRequested)
        {
            if (SandboxInventory.Take().Items.FirstOrDefault(matches) is { } item)
            {
                return item;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        throw new Xunit.Sdk.XunitException($"no picture shows it; there is {describe()}");
    }
}
