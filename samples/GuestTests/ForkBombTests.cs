using System.ComponentModel;
using System.Diagnostics;

namespace GuestTests;

/// <summary>A program that does nothing but multiply takes every process number there is.</summary>
[Trait("Category", "MicroVM")]
public sealed class ForkBombTests
{
    private const int NoMoreProcesses = 11; // EAGAIN

    // Whoever can't fork any more stays, so that nobody gets its place.
    private const string Bomb = "bomb() { trap 'exec sleep 1000' EXIT; bomb & bomb & exec sleep 1000; }; bomb 2> /dev/null";

    [GuestFact(TimeoutSeconds = 60)]
    public void AForkBombLeavesNoProcessForAnybody()
    {
        using var bomb = Shell.Start($"echo 800 > /proc/sys/kernel/pid_max; {Bomb}");

        var refusal = Assert.Throws<Win32Exception>(StartUntilRefused);

        Assert.Equal(NoMoreProcesses, refusal.NativeErrorCode);
    }

    [GuestFact]
    public async Task TheNeighbourStartsAProcess() => Assert.Equal(0, await Shell.RunAsync("true"));

    private static void StartUntilRefused()
    {
        while (true)
        {
            using var another = Process.Start("/bin/true");
        }
    }
}
