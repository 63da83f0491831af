using Mayfly.Diagnostics;

namespace Mayfly.Cli.Output;

/// <summary>The doctor's findings for people.</summary>
internal static class DoctorText
{
    private const int NameWidth = 12;

    /// <summary>A check as a line, and the command that mends it below.</summary>
    public static string Describe(DoctorCheck check)
    {
        var word = check.State switch
        {
            DoctorState.Ok => "ok      ",
            DoctorState.Warning => "warning ",
            _ => "FAILED  ",
        };
        var remedy = check.Remedy is null ? "" : $"\nmend it with: {check.Remedy}";
        return PlainText.Indent($"{word}{check.Name.PadRight(NameWidth)}{check.Detail}{remedy}", new string(' ', word.Length + NameWidth));
    }

    /// <summary>The last line.</summary>
    public static string Conclude(DoctorReport report) => report.CanStart
        ? "Sandboxes can be started here.\n"
        : "No sandbox can be started here yet.\n";
}
