using Xunit.Abstractions;

namespace GuestTests;

public sealed class FirstTests(ITestOutputHelper output)
{
    [GuestFact]
    public void ItRunsInAMachineOfItsOwn()
    {
        output.WriteLine(Environment.MachineName);
        Console.WriteLine("from the console");
        Assert.True(GuestMachine.IsCurrent);
        Assert.Equal("root", Environment.UserName);
    }

    [GuestFact]
    public void ItFails() => Assert.Equal(1, 2);

    [GuestTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows(int row) => Assert.True(row > 0);

    [GuestFact]
    public void FailFast() => Environment.FailFast("oh");

    [GuestFact]
    public void Panic() => File.WriteAllText("/proc/sysrq-trigger", "c");
}
