using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Supervision;

/// <summary>The sandboxes of this user on this host, whichever processes they belong to.</summary>
public static class SandboxSupervision
{
    private const int MaxRecordBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    /// <summary>The sandboxes that live, and what dead ones have left, oldest first.</summary>
    /// <exception cref="SandboxConfigurationException">
    /// The native agent is missing or fails (MAY1006), or the runtime directory is unsafe (MAY1007).
    /// </exception>
    public static async Task<IReadOnlyList<SupervisedSandbox>> ListAsync()
    {
        if (!Directory.Exists(RuntimeRoot.Locate()))
        {
            return [];
        }

        var root = RuntimeRoot.Open();
        var agent = AgentBinary.Locate();
        var (lines, failure) = await AgentRun.ReadLinesAsync(agent, ["list", root], _limit).ConfigureAwait(false);
        return failure is null
            ? [.. lines.Select(line => Describe(root, line.Split(' '))).OfType<SupervisedSandbox>().OrderBy(sandbox => sandbox.Created)]
            : throw new SandboxConfigurationException(ErrorCode.AgentMissing, $"the native agent does not say which sandboxes live: {failure}. Run build/setup to make it again.");
    }

    /// <summary>
    /// Releases what sandboxes without a living owner have left, as the first start of every process does. Living sandboxes
    /// are not touched.
    /// </summary>
    /// <returns>What was cleared and what would not go; never throws for the latter.</returns>
    /// <exception cref="SandboxConfigurationException">The native agent is missing (MAY1006), or the runtime directory is unsafe (MAY1007).</exception>
    public static async Task<ReapReport> ReapAsync()
    {
        if (!Directory.Exists(RuntimeRoot.Locate()))
        {
            return new ReapReport([], []);
        }

        var report = await Reaper.ReapAllAsync(AgentBinary.Locate(), RuntimeRoot.Open()).ConfigureAwait(false);
        return new ReapReport([.. report.Reaped.Select(ConsoleText.Neutralise)], [.. report.Left.Select(ConsoleText.Neutralise)]);
    }

    private static SupervisedSandbox? Describe(string root, string[] words)
    {
        if (words is not [var id, var word] || StateOf(word) is not { } state || !Directory.Exists(Path.Combine(root, id)))
        {
            return null;
        }

        var facts = TryRead(Path.Combine(root, id, ResourceNames.FactsFile)) is { } text ? SandboxFacts.TryRead(text) : null;
        var handles = TryRead(Path.Combine(root, id, ResourceNames.HandlesFile)) is { } journal ? HandleLine.ReadLiving(journal) : [];
        return new SupervisedSandbox(
            id,
            state,
            facts?.Created,
            facts?.Owner?.ProcessId,
            ConsoleText.Neutralise(facts?.OwnerCommand ?? ""),
            ConsoleText.Neutralise(facts?.Machine ?? ""),
            [.. handles.Select(line => Describe(line.Handle))]);
    }

    private static SupervisedResource Describe(ResourceHandle handle)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in handle.Facts)
        {
            facts[ConsoleText.Neutralise(name)] = ConsoleText.Neutralise(value);
        }

        return new SupervisedResource(ConsoleText.Neutralise(handle.Kind), facts);
    }

    private static SupervisionState? StateOf(string word) => word switch
    {
        "alive" => SupervisionState.Alive,
        "ending" => SupervisionState.Ending,
        "dead" => SupervisionState.Dead,
        _ => null,
    };

    /// <summary>A record's bytes; null where it is gone by now, or too long to be one.</summary>
    private static byte[]? TryRead(string path)
    {
        try
        {
            // A pipe that somebody has put there would never end.
            return FileStatus.TryRead(path) is { IsOrdinaryFile: true } && new FileInfo(path).Length <= MaxRecordBytes ? File.ReadAllBytes(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
