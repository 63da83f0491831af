using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Ends of a test that it does not live to tell.</summary>
public sealed partial class GuestDeathCases
{
    private static readonly List<nint> _hoard = [];

    [GuestFact]
    public void PowersOff()
    {
        Console.WriteLine("said before the power goes");
        File.WriteAllText("/proc/sysrq-trigger", "o");
        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact]
    public void Panics() => File.WriteAllText("/proc/sysrq-trigger", "c");

    [GuestFact]
    public void Crashes() => _ = Fill(1, 0, 1);

    [GuestFact]
    public void IsKilled()
    {
        Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -KILL {Environment.ProcessId}")]);
        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact]
    public void FailsFast() => Environment.FailFast("it had enough");

    [GuestFact]
    public void OverflowsItsStack() => _ = Depth(1);

    [GuestFact]
    public void TakesAllMemory()
    {
        File.WriteAllText("/proc/self/oom_score_adj", "1000");
        while (true)
        {
            unsafe
            {
                // SAFETY: fills what was just allocated with that size.
                var block = Marshal.AllocHGlobal(16 * 1024 * 1024);
                NativeMemory.Fill((void*)block, 16 * 1024 * 1024, 1);
                _hoard.Add(block);
            }
        }
    }

    [GuestFact]
    public void ExitsAsIfAllWereWell() => Environment.Exit(0);

    [GuestFact]
    public void ClosesItsDescriptors()
    {
        foreach (var socket in Sockets())
        {
            _ = Close(socket);
        }

        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact]
    public void ForgesTwoPasses()
    {
        Send(WorkerMessageKind.Passed);
        Send(WorkerMessageKind.Passed);
        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact]
    public void ForgesAPassAndFails()
    {
        Send(WorkerMessageKind.Passed);
        Send(WorkerMessageKind.Finished);
        Assert.Fail("which it may hide, of itself");
    }

    [GuestFact]
    public void SaysWhatIsNoMessage()
    {
        Send([0xFF, 0xFF, 0xFF, 0x7F]);
        Task.Delay(Timeout.Infinite).Wait();
    }

    [GuestFact]
    public void Passes() => Assert.True(GuestMachine.IsCurrent);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "memset")]
    private static partial nint Fill(nint address, int value, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte[] bytes, nint count);

    /// <summary>In large steps: the runtime writes down each.</summary>
    private static int Depth(int number)
    {
        Span<byte> room = stackalloc byte[64 * 1024];
        room[number % room.Length] = (byte)number;
        return number == 0 ? 0 : Depth(number + 1) + room[0];
    }

    private static void Send(WorkerMessageKind kind) => Send(WorkerFrames.Frame(WorkerFormat.Write(new WorkerMessage(kind))));

    private static void Send(byte[] bytes)
    {
        foreach (var socket in Sockets())
        {
            // Of the worker's sockets only the connection can be written to.
            _ = Write(socket, bytes, bytes.Length);
        }
    }

    private static List<int> Sockets() =>
    [
        .. Directory.EnumerateFiles("/proc/self/fd")
            .Where(link => File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true)
            .Select(link => int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture)),
    ];
}
