using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Terminal;
using Mayfly.Supervision;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly ps</c>: which sandboxes there are, whose, since when, with which resources.</summary>
internal static class PsCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("ps", "Lists your sandboxes on this host, living ones and what dead ones have left") { json };
        command.SetAction((parsed, _) => ListAsync(parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ListAsync(bool asJson)
    {
        var sandboxes = await SandboxSupervision.ListAsync().ConfigureAwait(false);
        var now = TimeProvider.System.GetUtcNow();
        Print(asJson ? JsonSerializer.Serialize(PsSection.Of(sandboxes, now), ReportJson.Safe.PsSection) + "\n" : PsText.Describe(sandboxes, now));
        return ExitCodes.Success;
    }

    private static void Print(string text) => DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
}
