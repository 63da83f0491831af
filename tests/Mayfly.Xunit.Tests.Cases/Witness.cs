using System.Collections.Concurrent;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>The sandboxes the cases saw, for those who judge them.</summary>
public static class Witness
{
    private static readonly ConcurrentQueue<(string Test, Sandbox Sandbox)> Seen = new();

    public static void Saw(Sandbox sandbox, [System.Runtime.CompilerServices.CallerMemberName] string test = "") => Seen.Enqueue((test, sandbox));

    /// <summary>Hands over what was seen, in order, and forgets it.</summary>
    public static IReadOnlyList<(string Test, Sandbox Sandbox)> Take()
    {
        var all = new List<(string, Sandbox)>();
        while (Seen.TryDequeue(out var one))
        {
            all.Add(one);
        }

        return all;
    }
}
