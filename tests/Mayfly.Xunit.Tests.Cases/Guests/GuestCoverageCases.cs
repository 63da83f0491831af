using Coverlet.Core.Instrumentation.Tracker;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that pass places of an instrumented assembly.</summary>
public sealed class GuestCoverageCases
{
    [GuestFact]
    public void PassesTwoPlaces() => Pass(1, 3);

    [GuestFact]
    public void PassesOneOfThemOnceMoreAndFails()
    {
        Pass(3);
        Assert.Fail("on purpose");
    }

    private static void Pass(params int[] places)
    {
        foreach (var place in places)
        {
            Interlocked.Increment(ref GuestTracker.HitsArray[place]);
        }
    }
}
