using System.Globalization;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Output;

/// <summary>Says how a command ended that did not succeed. The whole of it is in the log already; here its first line tells it from others.</summary>
internal static class CommandFailure
{
    private const int MaxCommandChars = 120;
    private const int MaxConsoleLines = 20;
    private const int MaxConsoleLineChars = 400;
    private const int NotFound = 127;
    private const string Left = "...";

    /// <summary>The end as the rest of a sentence that begins with who it was, such as <c>exited with code 3 after 0.2 s: sh lint.sh</c>.</summary>
    /// <param name="plan">What was run.</param>
    /// <param name="exception">How it ended.</param>
    /// <param name="output">What it has said.</param>
    public static string Describe(CommandPlan plan, ExecException exception, OutputLog output)
    {
        var result = exception.Result;
        var console = result.End.Kind == ExecEndKind.GuestDied ? LastLines(exception.ConsoleTail) : [];
        return string.Create(CultureInfo.InvariantCulture, $"{result.End} after {result.Duration.TotalSeconds:0.###} s: {(plan.EchoOff ? Left : FirstLine(plan.Command))}")
            + (Remedy(plan, result.End, output) is { } remedy ? "\n" + remedy : "")
            + (console.Count > 0 ? $"\nThe guest's console ended with:\n  {string.Join("\n  ", console)}" : "");
    }

    /// <summary>The first line that is not blank, cut between words, with a mark where more follows.</summary>
    internal static string FirstLine(string command)
    {
        var lines = command.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var line = lines[0];
        if (line.Length <= MaxCommandChars)
        {
            return lines.Length == 1 ? line : $"{line} {Left}";
        }

        var end = line.LastIndexOf(' ', MaxCommandChars);
        return $"{line[..(end > 0 ? end : MaxCommandChars)].TrimEnd()} {Left}";
    }

    private static string? Remedy(CommandPlan plan, ExecEnd end, OutputLog output) => end.Kind switch
    {
        ExecEndKind.TimedOut => "Raise Timeout if it needs longer.",
        ExecEndKind.OutOfMemory => "Raise Memory.",
        ExecEndKind.CouldNotStart => "Check that WorkingDirectory exists in the guest.",
        ExecEndKind.Exited when end.ExitCode == NotFound && output.TailHolds("dotnet: not found") && !plan.Machine.Dotnet.HasRuntime =>
            "The machine has no .NET. Add Runtime=\"dotnet\" to run an application, or Runtime=\"sdk\" to build in it.",
        _ => null,
    };

    private static List<string> LastLines(string console) =>
        [.. console.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).TakeLast(MaxConsoleLines)
            .Select(line => line.Length <= MaxConsoleLineChars ? line : line[..MaxConsoleLineChars] + Left)];
}
