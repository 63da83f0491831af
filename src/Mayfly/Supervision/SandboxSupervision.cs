using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Protocol.Supervision;
using Mayfly.Ssh;

namespace Mayfly.Supervision;

/// <summary>The sandboxes of this user on this host, whichever processes they belong to.</summary>
public static class SandboxSupervision
{
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
        return new ReapReport([.. report.Reaped.Select(GuestText.Neutralise)], [.. report.Left.Select(GuestText.Neutralise)]);
    }

    /// <summary>Finds a living sandbox.</summary>
    /// <param name="nameOrId">Its <see cref="SandboxOptions.Name"/> or its id.</param>
    /// <exception cref="SandboxConfigurationException">
    /// There is none (MAY1023), the native agent is missing or fails (MAY1006), or the runtime directory is unsafe (MAY1007).
    /// </exception>
    public static async Task<SupervisedSandbox> FindAsync(string nameOrId)
    {
        IReadOnlyList<SupervisedSandbox> living = [.. (await ListAsync().ConfigureAwait(false)).Where(sandbox => sandbox.State == SupervisionState.Alive)];
        return Among(nameOrId, living) ?? throw SandboxNames.Unknown(nameOrId, living);
    }

    /// <summary>
    /// Ends a sandbox of this user and waits until all of it is gone, whichever process it belongs to. That process lives on,
    /// told by <see cref="Sandbox.Ended"/> with <see cref="SandboxEndCause.Removed"/>, unless it only keeps the sandbox
    /// (<see cref="SandboxOptions.Kept"/>); then its end is waited for, too. Takes 30 s at most.
    /// </summary>
    /// <param name="nameOrId">Its <see cref="SandboxOptions.Name"/> or its id; what a dead one has left goes by this as well.</param>
    /// <returns>The sandbox as it was, and what would not go; never throws for the latter.</returns>
    /// <exception cref="SandboxConfigurationException">
    /// There is none (MAY1023), the native agent is missing or fails (MAY1006), or the runtime directory is unsafe (MAY1007).
    /// </exception>
    public static async Task<SandboxRemoval> RemoveAsync(string nameOrId)
    {
        var all = await ListAsync().ConfigureAwait(false);
        IReadOnlyList<SupervisedSandbox> living = [.. all.Where(sandbox => sandbox.State == SupervisionState.Alive)];
        if ((Among(nameOrId, living) ?? Among(nameOrId, all)) is not { } sandbox)
        {
            // Its owner may have been killed, and its warden with it has not known of the key.
            _ = await ForgetKeyAsync(nameOrId).ConfigureAwait(false);
            throw SandboxNames.Unknown(nameOrId, living);
        }

        var left = await Reaper.EndAsync(AgentBinary.Locate(), RuntimeRoot.Open(), sandbox.Id).ConfigureAwait(false);
        string?[] reasons = [.. left.Select(GuestText.Neutralise), await ForgetKeyAsync(sandbox.Name).ConfigureAwait(false)];
        return new SandboxRemoval(sandbox, [.. reasons.OfType<string>()]);
    }

    /// <summary>Forgets the SSH key that a machine of that name is known by.</summary>
    /// <returns>Why it could not be; null where it is forgotten, or was never known.</returns>
    private static async Task<string?> ForgetKeyAsync(string? name)
    {
        try
        {
            if (name is not null && SandboxNames.IsValid(name))
            {
                await KnownHosts.ForgetAsync(SshAlias.OfMachine(name)).ConfigureAwait(false);
            }

            return null;
        }
        catch (SandboxSshException exception)
        {
            return exception.Message;
        }
    }

    private static SupervisedSandbox? Among(string nameOrId, IReadOnlyList<SupervisedSandbox> sandboxes) =>
        sandboxes.FirstOrDefault(sandbox => sandbox.Name == nameOrId) ?? sandboxes.FirstOrDefault(sandbox => sandbox.Id == nameOrId);

    private static SupervisedSandbox? Describe(string root, string[] words)
    {
        if (words is not [var id, var word] || StateOf(word) is not { } state || !Directory.Exists(Path.Combine(root, id)))
        {
            return null;
        }

        var facts = SandboxRecord.TryReadFacts(root, id);
        var config = new SshFiles(Path.Combine(root, id)).Config;
        return new SupervisedSandbox(
            id,

            // Nothing but a name is taken for one, for it ends up in command lines.
            facts?.Name is { } name && SandboxNames.IsValid(name) ? name : null,
            facts?.IsKept == true,
            state,
            facts?.Created,
            facts?.Owner?.ProcessId,
            GuestText.Neutralise(facts?.OwnerCommand ?? ""),
            GuestText.Neutralise(facts?.Machine ?? ""),
            [.. SandboxRecord.ReadHandles(root, id).Select(line => Describe(line.Handle))],
            FileStatus.TryRead(config) is { IsOrdinaryFile: true } ? config : null);
    }

    private static SupervisedResource Describe(ResourceHandle handle)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in handle.Facts)
        {
            facts[GuestText.Neutralise(name)] = GuestText.Neutralise(value);
        }

        return new SupervisedResource(GuestText.Neutralise(handle.Kind), facts);
    }

    private static SupervisionState? StateOf(string word) => word switch
    {
        "alive" => SupervisionState.Alive,
        "ending" => SupervisionState.Ending,
        "dead" => SupervisionState.Dead,
        _ => null,
    };
}
