using System.Globalization;
using System.Text;
using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tracing;

/// <summary>A trace for a terminal: a line for each phase, with a bar where it lies in the whole.</summary>
internal static class TraceText
{
    private const int BarChars = 40;
    private const int MaxNameChars = 40;
    private static readonly string[] _titles = ["PHASE", "BEGIN ms", "TIME ms", ""];

    /// <summary>The table.</summary>
    public static string Describe(IReadOnlyList<SandboxPhase> phases)
    {
        var whole = phases.Count == 0 ? TimeSpan.Zero : phases.Max(phase => phase.Begin + phase.Duration);
        string[][] rows =
        [
            _titles,
            .. phases.Select(phase => new[]
            {
                new string(' ', 2 * phase.Depth) + TableText.Cell(phase.Name, MaxNameChars),
                Milliseconds(phase.Begin),
                Milliseconds(phase.Duration),
                Bar(phase, whole),
            }),
        ];
        return TableText.Of(rows, 1, 2);
    }

    private static string Bar(SandboxPhase phase, TimeSpan whole)
    {
        var begin = Place(phase.Begin, whole);
        var end = Math.Max(begin + 1, Place(phase.Begin + phase.Duration, whole));
        return new StringBuilder().Append('.', begin).Append('#', end - begin).ToString();
    }

    private static int Place(TimeSpan time, TimeSpan whole) =>
        whole > TimeSpan.Zero ? (int)Math.Clamp(Math.Round(BarChars * (time / whole)), 0, BarChars) : 0;

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
