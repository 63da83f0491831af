namespace Mayfly.Xunit.V3.Tests;

/// <summary>Tests in guests that whoever runs this project runs, such as <c>dotnet test</c>.</summary>
[Trait("Category", "MicroVM")]
public sealed class OwnGuestTests
{
    [GuestTheory(Isolation = GuestIsolation.Class)]
    [InlineData("one")]
    [InlineData("two")]
    public void RowsRunInAGuest(string row)
    {
        Assert.True(GuestMachine.IsCurrent);
        File.WriteAllText($"/{row}", row);
    }

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void TheMachineIsOfItsOwn() => Assert.StartsWith("mayfly", Environment.MachineName, StringComparison.Ordinal);
}
