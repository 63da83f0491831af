using System.Diagnostics;
using Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>A short run of what build/fuzz runs for as long as one likes.</summary>
/// <remarks>Alone, because it looks at the memory of the whole process.</remarks>
[Collection(nameof(FuzzTests))]
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class FuzzTests
{
    private const int Inputs = 200_000;

    [Fact]
    public void NoInputMakesTheDeviceBreakARule()
    {
        using var fuzzer = new VsockFuzzer(seed: 20250601);
        while (fuzzer.Inputs < Inputs / 4)
        {
            fuzzer.Step();
        }

        var before = Settled();
        while (fuzzer.Inputs < Inputs)
        {
            fuzzer.Step();
        }

        var after = Settled();
        Assert.InRange(fuzzer.Packets, Inputs, long.MaxValue);
        Assert.InRange(fuzzer.Connections, Inputs / 20, long.MaxValue);
        Assert.InRange(fuzzer.BytesRead, Inputs, long.MaxValue);
        Assert.InRange(fuzzer.Breaks, Inputs / 1000, Inputs / 4);
        Assert.InRange(after - before, long.MinValue, 128L * 1024 * 1024);
    }

    [Fact]
    public void DescriptorsOfBrokenDevicesAreClosed()
    {
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        using var fuzzer = new MessageFuzzer();
        var random = new FuzzRandom(7);
        for (var count = 0; count < 5000; count++)
        {
            fuzzer.Step(random);
            SocketFuzzer.Step(random);
        }

        fuzzer.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length - before, int.MinValue, 100);
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
