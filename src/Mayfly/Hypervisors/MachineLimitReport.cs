namespace Mayfly.Hypervisors;

/// <summary>Which of a machine's limits hold.</summary>
/// <param name="Held">Those that do, and why others don't, in words.</param>
/// <param name="Missing">Those that were asked for and don't, with the reasons.</param>
internal sealed record MachineLimitReport(string Held, IReadOnlyList<string> Missing)
{
    private const string HeldPrefix = "limits ";
    private const string MissingPrefix = "missing ";

    /// <summary>Reads it from a warden's notes.</summary>
    public static MachineLimitReport Read(IReadOnlyList<string> notes) => new(
        notes.Where(note => note.StartsWith(HeldPrefix, StringComparison.Ordinal)).Select(note => note[HeldPrefix.Length..]).FirstOrDefault("none"),
        [.. notes.Where(note => note.StartsWith(MissingPrefix, StringComparison.Ordinal)).Select(note => note[MissingPrefix.Length..])]);
}
