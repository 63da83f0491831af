using Mayfly.Agent.Warden.Resources;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Releases what a dead sandbox has left, from its record, and from its names where the record is damaged.</summary>
internal static class Teardown
{
    /// <summary>Releases everything in reverse and removes the directory. Doing it twice is the same as once.</summary>
    /// <returns>What is still there, and why; the directory then stays, with the record, for the next attempt.</returns>
    public static IReadOnlyList<string> Run(SandboxPlace place)
    {
        var left = new List<string>();
        foreach (var line in HandleJournal.ReadLiving(place).Reverse())
        {
            Release(line.Handle, place, left);
        }

        // What follows from the id alone: the record may be lost, and a handle in it damaged.
        foreach (var kind in ResourceKinds.All.Reverse())
        {
            foreach (var stray in kind.Find(place))
            {
                Release(stray, place, left);
            }
        }

        return left.Count > 0 ? left : place.Discard() is { } problem ? [problem] : [];
    }

    private static void Release(ResourceHandle handle, SandboxPlace place, List<string> left)
    {
        if (ResourceRelease.TryRelease(handle, place, ResourceKinds.Find) is { } problem)
        {
            left.Add(problem);
        }
    }
}
