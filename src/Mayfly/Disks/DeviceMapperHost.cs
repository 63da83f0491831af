using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Disks;

/// <summary>Whether this host can make snapshots with its kernel's device mapper.</summary>
internal static class DeviceMapperHost
{
    private const string ControlPath = "/dev/mapper/control";
    private const string LoopControlPath = "/dev/loop-control";
    private const string DriversPath = "/proc/misc";

    /// <exception cref="SandboxConfigurationException">MAY1020: it can't.</exception>
    public static void Require()
    {
        if (Objection() is { } objection)
        {
            throw new SandboxConfigurationException(
                ErrorCode.ResourceUnavailable,
                $"a disk with SandboxDiskOverlay.DeviceMapper can't be had: {objection}. SandboxDiskOverlay.File does the same without.");
        }
    }

    private static string? Objection() =>
        FileStatus.EffectiveUserId != 0 ? "it needs root"
        : !Path.Exists(ControlPath) && !HasDriver() ? "the kernel has no device mapper; `modprobe dm-snapshot` loads it where there is a module"
        : !Path.Exists(LoopControlPath) ? "the kernel has no loop devices; `modprobe loop` loads them where there is a module"
        : null;

    private static bool HasDriver() =>
        File.Exists(DriversPath) && File.ReadLines(DriversPath).Any(line => line.EndsWith(" device-mapper", StringComparison.Ordinal));
}
