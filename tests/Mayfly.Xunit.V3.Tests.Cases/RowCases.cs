namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class RowCases
{
    public static IEnumerable<TheoryDataRow<Opaque>> OpaqueRows => [new(new Opaque(1)), new(new Opaque(2)), new(new Opaque(3)) { Skip = "the third" }];

    [GuestTheory(Isolation = GuestIsolation.Class)]
    [InlineData(1, "one")]
    [InlineData(2, "two")]
    public void Rows(int number, string word)
    {
        Assert.True(GuestMachine.IsCurrent);
        Assert.Equal((1, "one"), (number, word));
    }

    [GuestTheory(Isolation = GuestIsolation.Class)]
    [MemberData(nameof(OpaqueRows))]
    public void RowsKnownLate(Opaque row)
    {
        Assert.True(GuestMachine.IsCurrent);
        Assert.Equal(2, row.Number);
    }

    [GuestTheory(Skip = "not these")]
    [MemberData(nameof(OpaqueRows))]
    public void RowsThatAreSkipped(Opaque row) => Assert.NotNull(row);
}
