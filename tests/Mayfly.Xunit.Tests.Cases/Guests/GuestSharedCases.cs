using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that share a machine and a fixture in it.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class GuestSharedCases(GuestFixture fixture, ITestOutputHelper output) : IClassFixture<GuestFixture>
{
    private const string Mark = "/run/first-was-here";

    private static int _before;

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void First()
    {
        Assert.False(File.Exists(Mark));
        File.WriteAllText(Mark, "");
        Tell();
    }

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Second()
    {
        Tell();
        Assert.Fail("which ends nothing");
    }

    [GuestTheory(Isolation = GuestIsolation.Class)]
    [InlineData(1)]
    [InlineData(2)]
    public void Third(int row)
    {
        Assert.True(File.Exists(Mark));
        Assert.Equal(row + 1, _before);
        Tell();
    }

    private void Tell()
    {
        _before++;
        output.WriteLine($"fixture {fixture.Number}, boot {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}");
    }
}
