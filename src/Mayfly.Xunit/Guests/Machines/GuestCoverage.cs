using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Adds what was passed in guests to the host's own counts, which coverlet reports when the tests are over.</summary>
/// <param name="folder">The test project's output folder, whose instrumented assemblies alone are counted.</param>
internal sealed class GuestCoverage(string folder)
{
    // Of one place in one message: no guest makes the sum of many overflow.
    private const int MostCount = 1_000_000;

    /// <summary>Adds a message's counts.</summary>
    public void Add(GuestHits hits)
    {
        if (!InstrumentedAssemblies.NamesIn(folder).Contains(hits.Assembly) || CountsOf(hits.Assembly) is not { } counts)
        {
            return;
        }

        foreach (var (place, count) in hits.Places.Zip(hits.Counts))
        {
            if ((uint)place < (uint)counts.Length)
            {
                Interlocked.Add(ref counts[place], Math.Clamp(count, 0, MostCount));
            }
        }
    }

    /// <summary>The host's counts of an assembly, which no test on the host may have loaded yet.</summary>
    private static int[]? CountsOf(string assembly)
    {
        try
        {
            return InstrumentedAssemblies.CountsOf(Assembly.Load(assembly));
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
