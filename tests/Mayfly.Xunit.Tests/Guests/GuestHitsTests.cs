using Mayfly.Xunit.Guests;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A guest may say anything of what it has passed.</summary>
public sealed class GuestHitsTests
{
    private const string Instrumented = "Mayfly.Xunit.Tests.Cases";

    private static int[] Counts => InstrumentedAssemblies.CountsOf(typeof(GuestCoverageCases).Assembly)!;

    [Fact]
    public void OnlyInstrumentedAssembliesAreFound()
    {
        var names = InstrumentedAssemblies.NamesIn(AppContext.BaseDirectory);

        Assert.Contains(Instrumented, names);
        Assert.DoesNotContain("Mayfly.Xunit", names);
    }

    [Fact]
    public void PlacesAndCountsThatAreNoneAreLeftOut()
    {
        var before = Counts[7];

        new GuestCoverage(AppContext.BaseDirectory).Add(new GuestHits(Instrumented, [-1, 8, int.MaxValue, 7, 7], [1, 1, 1, -5, 0]));

        Assert.Equal(before, Counts[7]);
    }

    [Fact]
    public void AnAssemblyThatIsNotInstrumentedIsNotLoaded()
    {
        new GuestCoverage(AppContext.BaseDirectory).Add(new GuestHits("System.Xml.XPath.XDocument", [0], [1]));

        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "System.Xml.XPath.XDocument");
    }

    [Fact]
    public void AMessageOfHitsWithoutThemIsNone() =>
        Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Hits))));
}
