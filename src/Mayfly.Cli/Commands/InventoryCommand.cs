using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mayfly.Cli.Options;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly inventory</c>: which resources of the host are Mayfly's, and which were not there before.</summary>
internal static class InventoryCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var save = new Option<string>("--save") { Description = "Write the picture to this file instead of printing it", HelpName = "FILE" };
        var since = new Option<string>("--since")
        {
            Description = "Print only what has appeared or vanished since --save wrote this file; exit with 1 where something has appeared",
            HelpName = "FILE",
        };
        var wait = new Option<string>("--wait")
        {
            Description = "How long --since waits for what has appeared to vanish; teardown is allowed 2s",
            HelpName = "DURATION",
            DefaultValueFactory = _ => "0",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };

        var command = new Command("inventory", "Shows every process, device, mount, directory and other resource of this host that is Mayfly's, found without Mayfly's own records")
        {
            save, since, wait, json,
        };
        command.SetAction((parsed, _) =>
        {
            var saved = parsed.GetValue(save);
            var earlier = parsed.GetValue(since);
            var asJson = parsed.GetValue(json);
            var limit = DurationText.Parse("--wait", parsed.GetRequiredValue(wait));
            return (saved, earlier) switch
            {
                (not null, not null) => throw UsageError.Because("--save and --since can't go together. Take one picture after the other."),
                (_, null) when limit > TimeSpan.Zero => throw UsageError.Because("--wait makes sense only with --since. Name the file that --save has written."),
                (not null, _) when asJson => throw UsageError.Because("--save writes JSON anyway and prints nothing. Leave --json out."),
                (not null, _) => Task.FromResult(Save(saved)),
                (_, not null) => CompareAsync(earlier, limit, asJson),
                _ => Task.FromResult(Show(asJson)),
            };
        });
        return command;
    }

    private static int Show(bool asJson)
    {
        var inventory = SandboxInventory.Take();
        Print(asJson
            ? JsonSerializer.Serialize(InventorySection.Of(inventory), ReportJson.Safe.InventorySection) + "\n"
            : InventoryText.Describe(inventory));
        return ExitCodes.Success;
    }

    private static int Save(string path)
    {
        InventoryFile.Write(path, SandboxInventory.Take());
        return ExitCodes.Success;
    }

    private static async Task<int> CompareAsync(string path, TimeSpan wait, bool asJson)
    {
        var before = InventoryFile.Read(path);
        using var signals = new HostSignals();
        try
        {
            var difference = await InventoryWait.CompareAsync(
                before, SandboxInventory.Take, wait, TimeProvider.System, signals.Aborted).ConfigureAwait(false);
            Print(asJson
                ? JsonSerializer.Serialize(InventoryDifferenceSection.Of(difference), ReportJson.Safe.InventoryDifferenceSection) + "\n"
                : InventoryText.Describe(difference));
            return difference.Appeared.Count > 0 ? ExitCodes.Difference : ExitCodes.Success;
        }
        catch (OperationCanceledException) when (signals.AbortedBy is { } signal)
        {
            return ExitCodes.OfSignal(signal);
        }
    }

    private static void Print(string text) => DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
}
