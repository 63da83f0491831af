using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mayfly.Caching;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly cache</c>: what is kept on disk so that machines start fast, and room again.</summary>
internal static class CacheCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create() => new("cache", "Shows and clears what Mayfly keeps on disk so that machines start fast") { List(), Prune() };

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("ls", "Lists packages, kernels, images, layers and templates with what they take of the disk") { json };
        command.SetAction((parsed, _) =>
        {
            var entries = SandboxCache.List();
            Print(parsed.GetValue(json)
                ? JsonSerializer.Serialize(CacheSection.Of(SandboxCache.Path, entries), ReportJson.Safe.CacheSection) + "\n"
                : CacheText.Describe(entries, TimeProvider.System.GetUtcNow()));
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static Command Prune()
    {
        var all = new Option<bool>("--all") { Description = "Everything that is not in use; later starts make or download it again" };
        var templates = new Option<bool>("--templates") { Description = "Look at templates only" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command(
            "prune", "Removes what is damaged or outdated, and templates beyond MAYFLY_TEMPLATES_SIZE (4G) or unused for MAYFLY_TEMPLATES_DAYS (30)")
        {
            all, templates, json,
        };
        command.SetAction((parsed, _) => PruneAsync(
            new SandboxCachePruning { All = parsed.GetValue(all), TemplatesOnly = parsed.GetValue(templates) }, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> PruneAsync(SandboxCachePruning pruning, bool asJson)
    {
        using var signals = new HostSignals();
        try
        {
            var pruned = await SandboxCache.PruneAsync(pruning, signals.Aborted).ConfigureAwait(false);
            Print(asJson
                ? JsonSerializer.Serialize(CachePrunedSection.Of(pruned), ReportJson.Safe.CachePrunedSection) + "\n"
                : CacheText.Describe(pruned));
            return pruned.InUse.Count == 0 ? ExitCodes.Success : ExitCodes.SomethingLeft;
        }
        catch (OperationCanceledException) when (signals.AbortedBy is { } signal)
        {
            return ExitCodes.OfSignal(signal);
        }
    }

    private static void Print(string text) => DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
}
