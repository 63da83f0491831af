using Mayfly.Protocol.Supervision;

namespace Mayfly.Supervision;

/// <summary>
/// Has the native agent release what sandboxes without a living owner have left: it is the only one that knows how, as
/// warden and here alike.
/// </summary>
internal static class Reaper
{
    private const string LeftPrefix = "left ";
    private const string ReapedPrefix = "reaped ";

    /// <summary>Six resources that hang would take less; the agent bounds each of its steps.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly Lock _gate = new();
    private static readonly Dictionary<string, Task> _firsts = new(StringComparer.Ordinal);

    /// <summary>
    /// What the first start of a process does: clears what others have left. Later calls wait for the first one. What would
    /// not go is left for the next time: it must not keep a new sandbox from starting.
    /// </summary>
    public static Task ReapOnceAsync(string agentPath, string root)
    {
        lock (_gate)
        {
            if (!_firsts.TryGetValue(root, out var first))
            {
                _firsts.Add(root, first = HasSandboxes(root) ? ReapAllAsync(agentPath, root) : Task.CompletedTask);
            }

            return first;
        }
    }

    /// <summary>Clears all sandboxes below the root that have no living owner.</summary>
    public static Task<ReapReport> ReapAllAsync(string agentPath, string root) => RunAsync(agentPath, ["reap", root]);

    /// <summary>Clears one sandbox where it has no living owner.</summary>
    /// <returns>What is still there, and why.</returns>
    public static async Task<IReadOnlyList<string>> ReapAsync(string agentPath, string root, string id)
    {
        var report = await RunAsync(agentPath, ["reap", root, id]).ConfigureAwait(false);
        return report.Left;
    }

    /// <summary>Ends one sandbox, dead or alive and whoever it belongs to.</summary>
    /// <returns>What is still there, and why.</returns>
    public static async Task<IReadOnlyList<string>> EndAsync(string agentPath, string root, string id)
    {
        var report = await RunAsync(agentPath, ["end", root, id]).ConfigureAwait(false);
        return report.Left;
    }

    /// <summary>Whether anything lies below the root that is a sandbox, dead or alive, or was one.</summary>
    public static bool HasSandboxes(string root) => Directory.EnumerateDirectories(root).Select(Path.GetFileName).Any(
        name => !name!.StartsWith('.') || name.StartsWith(ResourceNames.DiscardedPrefix, StringComparison.Ordinal));

    private static async Task<ReapReport> RunAsync(string agentPath, IReadOnlyList<string> arguments)
    {
        var (lines, failure) = await AgentRun.ReadLinesAsync(agentPath, arguments, Limit).ConfigureAwait(false);
        IReadOnlyList<string> left = [.. lines.Where(line => line.StartsWith(LeftPrefix, StringComparison.Ordinal)).Select(line => line[LeftPrefix.Length..])];
        return new ReapReport(
            [.. lines.Where(line => line.StartsWith(ReapedPrefix, StringComparison.Ordinal)).Select(line => line[ReapedPrefix.Length..])],
            failure is not null && left.Count == 0 ? [failure] : left);
    }
}
