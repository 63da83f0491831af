using Mayfly.Agent.Native;

namespace Mayfly.Agent.Json;

/// <summary>
/// What all commands of the JSON service together may have written and nobody fetched. The agent is PID 1: when it runs
/// out of memory, the machine ends.
/// </summary>
internal sealed class CaptureBudget(long bytes)
{
    private const long MostBytes = 32 * 1024 * 1024;

    // What is kept is copied and encoded on its way, so that a few times as much is in use at the worst.
    private const int ShareOfMemory = 16;

    private long _left = bytes;

    /// <summary>A sixteenth of this machine's memory, at most 32 MiB.</summary>
    public static long OfMemory() => MemoryInfo.TotalBytes is var total and > 0
        ? Math.Min(MostBytes, total / ShareOfMemory)
        : MostBytes;

    /// <returns>How many of the bytes may be kept.</returns>
    public int Take(int wanted)
    {
        var granted = (int)Math.Min(wanted, _left);
        _left -= granted;
        return granted;
    }

    /// <summary>They have been fetched or given up.</summary>
    public void Return(long count) => _left += count;
}
