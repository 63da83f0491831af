namespace Mayfly.Xunit.V3.Tests.Cases;

/// <summary>Each test finds what the other has left, whichever comes first.</summary>
[Collection(typeof(GuestCollection))]
public sealed class SharedCases : IClassFixture<ClassFixture>
{
    private const string Visitors = "/visitors";

    public SharedCases(AssemblyFixture assembly, CollectionFixture collection, ClassFixture fixture)
    {
        Assert.NotNull(assembly);
        Assert.NotNull(collection);
        Assert.NotNull(fixture);
    }

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void One() => Visit(nameof(One));

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Other() => Visit(nameof(Other));

    private static void Visit(string name)
    {
        Assert.Equal((1, 1, 1), (Made.CountOf<AssemblyFixture>(), Made.CountOf<CollectionFixture>(), Made.CountOf<ClassFixture>()));
        File.AppendAllLines(Visitors, [name]);
        TestContext.Current.TestOutputHelper!.WriteLine($"visitors: {string.Join(' ', File.ReadLines(Visitors).Order())}");
    }
}
