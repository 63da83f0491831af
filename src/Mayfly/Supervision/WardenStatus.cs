using System.Globalization;

namespace Mayfly.Supervision;

/// <summary>One line that a warden writes on its standard output.</summary>
/// <param name="StartedPid">The program's process id, from <c>started PID</c>.</param>
/// <param name="End">The program's end, from <c>exited CODE</c> or <c>signalled N</c>.</param>
/// <param name="Failure">Why the program could not start, from <c>failed MESSAGE</c>.</param>
internal sealed record WardenStatus(int? StartedPid = null, WardenEnd? End = null, string? Failure = null)
{
    /// <summary>The longest line that is read.</summary>
    public const int MaxLineChars = 4096;

    /// <summary>Reads a line; null where it makes no sense.</summary>
    public static WardenStatus? Parse(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || line.Length > MaxLineChars)
        {
            return null;
        }

        var rest = line[(space + 1)..];
        if (line.AsSpan(0, space).SequenceEqual("failed"))
        {
            return new WardenStatus(Failure: rest);
        }

        return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? line[..space] switch
            {
                "started" => new WardenStatus(StartedPid: number),
                "exited" => new WardenStatus(End: new WardenEnd(WardenEndKind.Exited, number)),
                "signalled" => new WardenStatus(End: new WardenEnd(WardenEndKind.Signalled, number)),
                _ => null,
            }
            : null;
    }
}
