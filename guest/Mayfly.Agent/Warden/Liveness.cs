using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Whether a sandbox lives.</summary>
internal enum Liveness
{
    /// <summary>Its lock is held, and by its warden; its owner is there.</summary>
    Alive,

    /// <summary>Its lock is held, but its owner or its warden is gone: somebody is releasing what it has, or should be.</summary>
    Ending,

    /// <summary>Nobody holds its lock.</summary>
    Dead,
}

/// <summary>The one place that says whether a sandbox lives.</summary>
internal static class LivenessCheck
{
    private const int MaxFactsBytes = 256 * 1024;

    /// <summary>
    /// Looks at one sandbox, under the root's lock. It is alive only if its lock is held and those who are said to hold it
    /// are there, by more than their numbers. Where those numbers mean something else here (another process namespace), the
    /// lock alone decides.
    /// </summary>
    /// <param name="place">The sandbox.</param>
    /// <param name="claim">The hold on it where it is dead, which is the caller's now.</param>
    public static Liveness Of(SandboxPlace place, out DirectoryClaim? claim)
    {
        claim = DirectoryClaim.TryTake(place);
        if (claim is not null)
        {
            return Liveness.Dead;
        }

        return ReadFacts(place) is not { Owner: { } owner, Warden: { } warden } || (IsThere(owner) && IsThere(warden))
            ? Liveness.Alive
            : Liveness.Ending;
    }

    /// <summary>What the sandbox is; null where the record is missing or damaged.</summary>
    public static SandboxFacts? ReadFacts(SandboxPlace place) =>
        Files.TryReadOrdinary(place.FactsPath, MaxFactsBytes) is { } text ? SandboxFacts.TryRead(text) : null;

    private static bool IsThere(ProcessIdentity identity) => !HostProcesses.CanJudge(identity) || HostProcesses.Exists(identity);
}
