using System.Globalization;

namespace SandboxTests;

/// <summary>The clock of a machine is everybody's. Not of this one.</summary>
[Trait("Category", "MicroVM")]
public sealed class ClockTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxTheory]
    [InlineData("2000-02-29 23:59:59", "2000-03-01")] // A leap day, though the year divides by 100: it divides by 400.
    [InlineData("2023-02-28 23:59:59", "2023-03-01")] // No leap day.
    [InlineData("2038-01-19 03:14:07", "2038-01-19")] // The last second of a signed 32-bit time_t.
    public async Task ASecondLaterItIsTheRightDay(string now, string day)
    {
        await _sandbox.ExecAsync(["date", "-u", "-s", now]).Succeeds();

        await _sandbox.ExecAsync(["sleep", "1.1"]).Succeeds();

        var later = await _sandbox.ExecAsync(["date", "-u", "+%Y-%m-%d"]).Succeeds();
        Assert.Equal(day, later.StandardOutput.Trim());
    }

    [SandboxFact]
    public async Task TheHostsClockIsAnother()
    {
        await _sandbox.ExecAsync(["date", "-u", "-s", "2001-09-09 01:46:40"]).Succeeds();

        var guest = await _sandbox.ExecAsync(["date", "-u", "+%s"]).Succeeds();

        Assert.InRange(long.Parse(guest.StandardOutput, CultureInfo.InvariantCulture), 1_000_000_000, 1_000_000_300);
        Assert.True(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > 1_700_000_000);
    }
}
