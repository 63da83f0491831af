using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Says which sandboxes live, and clears what dead ones have left.</summary>
internal static class Reaper
{
    /// <summary>A warden needs at most two seconds from its owner's death; one that takes longer is stopped or stuck.</summary>
    private const int WardenPatienceMs = 3000;

    private const int KillLimitMs = 1000;

    /// <summary>Warden and keeper end within milliseconds of their sandbox; a loaded host may take longer.</summary>
    private const int EndPatienceMs = 8000;
    private const int MostClaims = 128;

    /// <summary>One line for each sandbox: its id and <c>alive</c>, <c>ending</c> or <c>dead</c>.</summary>
    public static void List(string root, Action<string> report)
    {
        using var making = FileLock.Take($"{root}/{ResourceNames.RootLockFile}");
        foreach (var place in SandboxPlace.FindAll(root))
        {
            try
            {
                var liveness = LivenessCheck.Of(place, out var claim);
                claim?.Dispose();
                report($"{place.Id} {NameOf(liveness)}");
            }
            catch (NativeException)
            {
                // What can't be looked at is nobody's any more: its guardian would have a lock that can be opened.
                report($"{place.Id} {NameOf(Liveness.Dead)}");
            }
        }
    }

    /// <summary>
    /// Clears every sandbox without a living owner: <c>reaped ID</c> for each, or <c>left ID WHAT</c> for what would not go.
    /// </summary>
    /// <param name="root">The runtime directory.</param>
    /// <param name="only">The one to look at; null for all.</param>
    /// <param name="report">Takes the lines.</param>
    /// <returns>Whether nothing is left.</returns>
    public static bool Reap(string root, SandboxPlace? only, Action<string> report)
    {
        IReadOnlyList<SandboxPlace> places;
        using (FileLock.Take($"{root}/{ResourceNames.RootLockFile}"))
        {
            places = only is null ? SandboxPlace.FindAll(root) : [only];
        }

        // Before those found, which tell themselves of a directory that can't be removed.
        var clean = RemoveDiscarded(root, only, report);

        // Each claim is an open file, and there may be only so many.
        foreach (var some in places.Chunk(MostClaims))
        {
            clean &= ReapSome(root, some, report);
        }

        return clean;
    }

    /// <summary>
    /// Ends one sandbox, dead or alive and whoever it belongs to: asks its warden, which releases everything while the owner
    /// lives on, and does the work itself where the warden does not. Of a kept sandbox the keeper's end is waited for, too.
    /// </summary>
    /// <param name="place">The sandbox; nothing is done where it is gone.</param>
    /// <param name="report">Takes the lines, which are those of <see cref="Reap"/>.</param>
    /// <returns>Whether nothing is left.</returns>
    public static bool End(SandboxPlace place, Action<string> report)
    {
        var facts = LivenessCheck.ReadFacts(place);
        var claims = new List<DirectoryClaim>();
        using (FileLock.Take($"{place.Root}/{ResourceNames.RootLockFile}"))
        {
            if (!Look(place, claims, [], report))
            {
                return false;
            }
        }

        var claim = claims.FirstOrDefault();
        if (claim is null)
        {
            EndRequest.Send(place);
            claim = Await(place);
        }

        var isClear = claim is null ? Held(place, report) : Clear(claim, report);
        isClear &= HasEnded(facts?.Warden, place, report);
        isClear &= HasEnded(facts?.IsKept == true ? facts.Owner : null, place, report);

        // What its warden could not remove, it has told its owner only.
        return isClear && RemoveDiscarded(place.Root, place, report);
    }

    /// <summary>As many as may be looked at together.</summary>
    private static bool ReapSome(string root, IReadOnlyList<SandboxPlace> places, Action<string> report)
    {
        var clean = true;
        var claims = new List<DirectoryClaim>();
        var ending = new List<SandboxPlace>();
        using (FileLock.Take($"{root}/{ResourceNames.RootLockFile}"))
        {
            foreach (var place in places)
            {
                clean &= Look(place, claims, ending, report);
            }
        }

        foreach (var claim in claims)
        {
            clean &= Clear(claim, report);
        }

        foreach (var place in ending)
        {
            clean &= Await(place) is not { } claim ? Held(place, report) : Clear(claim, report);
        }

        return clean;
    }

    /// <summary>Goes on with directories that were being removed when their remover died, or that could not be removed.</summary>
    private static bool RemoveDiscarded(string root, SandboxPlace? only, Action<string> report)
    {
        var clean = true;
        foreach (var place in only is null ? SandboxPlace.FindDiscarded(root) : [only])
        {
            if (place.RemoveDiscarded() is { } problem)
            {
                report($"left {place.Id} {problem}");
                clean = false;
            }
        }

        return clean;
    }

    private static bool HasEnded(ProcessIdentity? identity, SandboxPlace place, Action<string> report)
    {
        if (identity is null)
        {
            return true;
        }

        using var process = HostProcesses.Open(identity.ProcessId);
        if (process.IsInvalid || !HostProcesses.Exists(identity) || HostProcesses.WaitForEnd(process, EndPatienceMs))
        {
            return true;
        }

        report($"left {place.Id} process {identity.ProcessId}, which guarded or kept it, has not ended; it may have been stopped");
        return false;
    }

    /// <summary>Looks at one sandbox; one that can't be looked at keeps no other from being cleared.</summary>
    private static bool Look(SandboxPlace place, List<DirectoryClaim> claims, List<SandboxPlace> ending, Action<string> report)
    {
        try
        {
            var liveness = LivenessCheck.Of(place, out var claim);
            if (claim is not null)
            {
                claims.Add(claim);
            }
            else if (liveness == Liveness.Ending)
            {
                ending.Add(place);
            }

            return true;
        }
        catch (NativeException exception)
        {
            report($"left {place.Id} {exception.Message}");
            return false;
        }
    }

    private static string NameOf(Liveness liveness) => liveness switch
    {
        Liveness.Alive => "alive",
        Liveness.Ending => "ending",
        _ => "dead",
    };

    private static bool Clear(DirectoryClaim claim, Action<string> report)
    {
        using (claim)
        {
            // Its guardian may have been at the end of its work when the lock was asked for.
            if (!Directory.Exists(claim.Place.Directory))
            {
                return true;
            }

            var left = Teardown.Run(claim.Place);
            foreach (var problem in left)
            {
                report($"left {claim.Place.Id} {problem}");
            }

            if (left.Count == 0)
            {
                report($"reaped {claim.Place.Id}");
            }

            return left.Count == 0;
        }
    }

    private static bool Held(SandboxPlace place, Action<string> report)
    {
        if (!Directory.Exists(place.Directory))
        {
            return true;
        }

        report($"left {place.Id} its lock is held by a process that is not its warden");
        return false;
    }

    /// <summary>Waits for a warden that is at work; ends one that is not.</summary>
    private static DirectoryClaim? Await(SandboxPlace place)
    {
        DirectoryClaim? claim = null;
        var taking = new Thread(() => claim = DirectoryClaim.Take(place)) { IsBackground = true };
        taking.Start();
        if (!taking.Join(WardenPatienceMs)
            && LivenessCheck.ReadFacts(place)?.Warden is { } warden
            && HostProcesses.Kill(warden, KillLimitMs))
        {
            _ = taking.Join(KillLimitMs);
        }

        return Volatile.Read(ref claim);
    }
}
