namespace GuestTests;

/// <summary>The clock of a machine is everybody's. Not of this one.</summary>
[Trait("Category", "MicroVM")]
public sealed class ClockTests
{
    [GuestTheory]
    [InlineData("2000-02-29T23:59:59Z", "2000-03-01")] // A leap day, though the year divides by 100: it divides by 400.
    [InlineData("2023-02-28T23:59:59Z", "2023-03-01")] // No leap day.
    [InlineData("2038-01-19T03:14:07Z", "2038-01-19")] // The last second of a signed 32-bit time_t.
    public async Task ASecondLaterItIsTheRightDay(DateTimeOffset now, string day)
    {
        Native.SetClock(now);

        await Task.Delay(TimeSpan.FromSeconds(1.1));

        Assert.Equal(day, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
    }

    [GuestFact]
    public void TheNeighboursClockIsRight() => Assert.InRange(TimeProvider.System.GetUtcNow().Year, 2025, 2037);
}
