using System.Runtime.CompilerServices;

namespace GuestTests;

/// <summary>
/// Tests that kill their machine or their process, and so fail, each with its cause. The settings of this project leave out the
/// category Deadly; the README says how to see them.
/// </summary>
[Trait("Category", "MicroVM")]
public sealed class DeathTests
{
    public DeathTests() => Native.OnlyInAGuest();

    [GuestFact]
    [Trait("Category", "Deadly")]
    public void TheKernelPanics()
    {
        Console.WriteLine("about to panic; a page is cleared: \e[2J ]]> <end>");
        File.WriteAllText("/proc/sysrq-trigger", "c");
    }

    [GuestFact]
    [Trait("Category", "Deadly")]
    public void TheMachinePowersOff()
    {
        File.WriteAllText("/proc/sysrq-trigger", "o");
        WaitForEver();
    }

    [GuestFact]
    [Trait("Category", "Deadly")]
    public void TheStackOverflows() => Recurse(0);

    [GuestFact]
    [Trait("Category", "Deadly")]
    public void TheMemoryRunsOut()
    {
        var hoard = new List<byte[]>();
        while (true)
        {
            var block = GC.AllocateUninitializedArray<byte>(1024 * 1024);
            block.AsSpan().Fill(1);
            hoard.Add(block);
        }
    }

    [GuestFact(TimeoutSeconds = 3)]
    [Trait("Category", "Deadly")]
    public void TheThreadHangs() => WaitForEver();

    [GuestFact]
    public void TheNeighbourLives() => Assert.True(GuestMachine.IsCurrent);

    /// <summary>For the end of the thread that waits.</summary>
    private static void WaitForEver() => Thread.CurrentThread.Join();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Recurse(int depth) => depth + Recurse(depth + 1);
}
