namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A theory whose data are not the same in the guest.</summary>
public sealed class GuestUnevenCases
{
    public static IEnumerable<object[]> Uneven => GuestMachine.IsCurrent ? [[new Opaque(1)]] : [[new Opaque(1)], [new Opaque(2)]];

    [GuestTheory]
    [MemberData(nameof(Uneven))]
    public void Rows(Opaque row) => Assert.Equal(1, row.Number);
}
