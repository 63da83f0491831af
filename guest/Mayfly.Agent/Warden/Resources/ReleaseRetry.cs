using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// Repeats a release for a moment: whoever looks into every new block device (udev) holds it open that long, and nothing
/// tells when it is done.
/// </summary>
internal static unsafe class ReleaseRetry
{
    private const int LimitMs = 250;
    private const int IntervalMs = 5;

    /// <returns>Whether an attempt was the last one needed.</returns>
    public static bool Run(Func<bool> attempt)
    {
        var deadline = Environment.TickCount64 + LimitMs;
        while (!attempt())
        {
            if (Environment.TickCount64 >= deadline)
            {
                return false;
            }

            // SAFETY: no descriptors at all, only time that passes.
            _ = Libc.Poll(null, 0, IntervalMs);
        }

        return true;
    }
}
