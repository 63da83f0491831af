using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Mayfly.Native;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>
/// Finds the rate of the host's time stamp counter, which under emulation is the guest's too. x64. /proc/cpuinfo's
/// "cpu MHz" is not it: on bare metal that is the momentary rate of a core.
/// </summary>
internal static class TscFrequency
{
    private const long MinKhz = 400_000;
    private const long MaxKhz = 10_000_000;
    private const long MaxUncertaintyNs = 5_000;
    private const long MeasuredStepKhz = 10_000;
    private const int TscLeaf = 0x15;
    private const int FrequencyLeaf = 0x16;
    private const int HypervisorLeaf = 0x4000_0000;
    private const int HypervisorTimingLeaf = 0x4000_0010;
    private const int HypervisorPresentBit = 1 << 31;

    private static readonly TimeSpan _measurement = TimeSpan.FromMilliseconds(50);
    private static readonly Lazy<TscReport?> _host = new(() =>
        Report(FromPerf(), "perf") ?? Report(FromCpuId(), "cpuid") ?? Report(Measure(), "measured"));

    /// <summary>The host's rate, found out once; null where there is no way.</summary>
    public static TscReport? Host => _host.Value;

    /// <summary>
    /// A rate that each process on a host comes to: what was measured differs by some kHz each time, which a guest's clock can't
    /// tell, and is rounded.
    /// </summary>
    public static long? Settled(TscReport? report) => report is { Source: "measured", Khz: var khz }
        ? (khz + (MeasuredStepKhz / 2)) / MeasuredStepKhz * MeasuredStepKhz
        : report?.Khz;

    /// <summary>What the kernel itself reckons with, exact to a few parts in a billion; null where it does not tell.</summary>
    public static long? FromPerf() =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && PerfEvents.TryReadTimeScale() is { Multiplier: > 0, Shift: < 64 } scale
            ? Sane((1_000_000UL << scale.Shift) / (double)scale.Multiplier)
            : null;

    /// <summary>What the processor or the hypervisor above says; null where neither does.</summary>
    public static long? FromCpuId()
    {
        if (!X86Base.IsSupported)
        {
            return null;
        }

        var highest = X86Base.CpuId(0, 0).Eax;
        if (highest >= TscLeaf && X86Base.CpuId(TscLeaf, 0) is { Eax: > 0, Ebx: > 0, Ecx: > 0 } crystal)
        {
            return Sane((uint)crystal.Ecx / 1000.0 * (uint)crystal.Ebx / (uint)crystal.Eax);
        }

        if ((X86Base.CpuId(1, 0).Ecx & HypervisorPresentBit) != 0)
        {
            return X86Base.CpuId(HypervisorLeaf, 0).Eax >= HypervisorTimingLeaf
                ? Sane((uint)X86Base.CpuId(HypervisorTimingLeaf, 0).Eax)
                : null;
        }

        return highest >= FrequencyLeaf ? Sane((X86Base.CpuId(FrequencyLeaf, 0).Eax & 0xffff) * 1000.0) : null;
    }

    /// <summary>The counter against the kernel's raw clock for 50 ms; null where that can't be done well enough.</summary>
    public static long? Measure()
    {
        using var counter = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? TimeStampCounter.TryCreate() : null;
        if (counter is null)
        {
            return null;
        }

        var start = counter.Sample();
        var begun = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (Stopwatch.GetElapsedTime(begun) < _measurement)
        {
            never.Wait(_measurement);
        }

        var end = counter.Sample();
        return start.UncertaintyNs + end.UncertaintyNs <= MaxUncertaintyNs
            ? Sane((end.Counter - start.Counter) * 1_000_000.0 / (end.Nanoseconds - start.Nanoseconds))
            : null;
    }

    private static long? Sane(double khz) => khz is >= MinKhz and <= MaxKhz ? (long)Math.Round(khz) : null;

    private static TscReport? Report(long? khz, string source) => khz is { } known ? new TscReport(known, source) : null;
}
