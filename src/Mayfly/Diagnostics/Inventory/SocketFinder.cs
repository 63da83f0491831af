using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>
/// Finds Unix sockets that are bound inside sandboxes' directories, in this network namespace and in those of the
/// processes found.
/// </summary>
internal static class SocketFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope, IEnumerable<HostProcess> processes) =>
        processes.Select(process => process.Id.ToString(CultureInfo.InvariantCulture))
            .Prepend("self")
            .DistinctBy(process => KernelFile.TryReadLink($"/proc/{process}/ns/net"))
            .SelectMany(process => KernelFile.Lines($"/proc/{process}/net/unix"))
            .Select(UnixSocketEntry.Parse)
            .OfType<UnixSocketEntry>()
            .Where(socket => scope.IsInSandbox(socket.Path))
            .GroupBy(socket => socket.Path, (path, sockets) => new InventoryItem(
                InventoryKind.Socket, path, sockets.Any(socket => socket.IsListening) ? "listening" : "bound"));
}
