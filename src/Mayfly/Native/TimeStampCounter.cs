using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>Reads the time stamp counter side by side with the kernel's raw clock. x64.</summary>
internal sealed partial class TimeStampCounter : IDisposable
{
    private const int MonotonicRaw = 4;
    private const int Attempts = 200;

    private readonly MemoryPage _code;

    private TimeStampCounter(MemoryPage code) => _code = code;

    // rdtsc; shl rdx, 32; or rax, rdx; ret
    private static ReadOnlySpan<byte> ReadCode => [0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3];

    /// <summary>Null where the host allows no code of one's own.</summary>
    public static TimeStampCounter? TryCreate() =>
        MemoryPage.TryLoadCode(ReadCode) is { } code ? new TimeStampCounter(code) : null;

    /// <summary>
    /// One moment on both clocks. Of many readings the one is kept whose brackets on the kernel's clock are closest, so that
    /// being interrupted in between does no harm.
    /// </summary>
    /// <returns>Nanoseconds, the counter, and how far apart the brackets were in nanoseconds.</returns>
    public (long Nanoseconds, ulong Counter, long UncertaintyNs) Sample()
    {
        var best = (Nanoseconds: 0L, Counter: 0UL, UncertaintyNs: long.MaxValue);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var before = Nanoseconds();
            var counter = Read();
            var after = Nanoseconds();
            if (after - before < best.UncertaintyNs)
            {
                best = (before + ((after - before) / 2), counter, after - before);
            }
        }

        return best;
    }

    /// <inheritdoc/>
    public void Dispose() => _code.Dispose();

    private ulong Read()
    {
        // SAFETY: the page holds the code above, is executable and lives as long as this object, which is kept alive below.
        unsafe
        {
            var counter = ((delegate* unmanaged<ulong>)_code.DangerousGetHandle())();
            GC.KeepAlive(this);
            return counter;
        }
    }

    private static long Nanoseconds()
    {
        _ = GetTime(MonotonicRaw, out var time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
