using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>Tells the host what tests have passed in instrumented assemblies since it was last told.</summary>
internal static class WorkerCoverage
{
    /// <summary>The environment variable with the assemblies' names, separated by semicolons.</summary>
    public const string Variable = "MAYFLY_TESTS_INSTRUMENTED";

    private static readonly string[] _names =
        (Environment.GetEnvironmentVariable(Variable) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Tells it, and counts from zero again.</summary>
    public static void Send(WorkerReplies replies)
    {
        foreach (var assembly in _names.Length == 0 ? [] : AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetName().Name is { } name && _names.Contains(name) && InstrumentedAssemblies.CountsOf(assembly) is { } counts)
            {
                foreach (var places in Enumerable.Range(0, counts.Length).Where(place => counts[place] > 0).Chunk(GuestHits.MostPlaces))
                {
                    int[] taken = [.. places.Select(place => Interlocked.Exchange(ref counts[place], 0))];
                    replies.Send(new WorkerMessage(WorkerMessageKind.Hits, Hits: new GuestHits(name, places, taken)));
                }
            }
        }
    }
}
