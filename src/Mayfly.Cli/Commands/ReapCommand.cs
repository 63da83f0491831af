using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Terminal;
using Mayfly.Supervision;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly reap</c>: releases what sandboxes without a living owner have left.</summary>
internal static class ReapCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("reap", "Clears what sandboxes whose owner was killed have left; living ones are not touched") { json };
        command.SetAction((parsed, _) => ReapAsync(parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ReapAsync(bool asJson)
    {
        var report = await SandboxSupervision.ReapAsync().ConfigureAwait(false);
        var text = asJson
            ? JsonSerializer.Serialize(new ReapSection(report.Reaped, report.Left), ReportJson.Safe.ReapSection) + "\n"
            : string.Concat([.. report.Reaped.Select(id => PlainText.Indent($"reaped {id}", "  ")), .. report.Left.Select(left => PlainText.Indent($"left {left}", "  "))]);
        DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
        return report.Left.Count == 0 ? ExitCodes.Success : ExitCodes.SomethingLeft;
    }
}
