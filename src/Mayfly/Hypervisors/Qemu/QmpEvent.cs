using System.Text.Json;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Something QEMU says of itself.</summary>
/// <param name="Name">Such as <c>SHUTDOWN</c>.</param>
/// <param name="Data">What belongs to it; undefined where there is nothing.</param>
internal sealed record QmpEvent(string Name, JsonElement Data)
{
    /// <summary>A string member of the data, or null.</summary>
    public string? TryGetText(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
