namespace Mayfly.Diagnostics;

/// <summary>One resource on the host that is Mayfly's. Two items are the same resource where kind and name are the same.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What tells it from all others of its kind: a path, a device's name, or for a process
/// <c>PID@START</c>, where START is in clock ticks since the host was booted.</param>
/// <param name="Detail">What else was seen, for people. May hold untrusted text.</param>
public sealed record InventoryItem(InventoryKind Kind, string Name, string Detail);
