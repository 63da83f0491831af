using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;

namespace Mayfly.Diagnostics;

/// <summary>What the host is.</summary>
internal static class HostChecks
{
    private const string MemoryInfo = "/proc/meminfo";

    /// <summary>What the monitor needs besides the guest's memory.</summary>
    private static readonly ByteSize _monitorMemory = ByteSize.MiB(128);

    /// <summary>Whether there is an image for this operating system and processor.</summary>
    public static DoctorCheck Platform()
    {
        const string name = "host";
        var host = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";
        if (!OperatingSystem.IsLinux())
        {
            return new DoctorCheck(name, DoctorState.Failed, $"{host}: Mayfly runs on Linux");
        }

        try
        {
            _ = GuestArchitecture.OfThisHost();
            return new DoctorCheck(name, DoctorState.Ok, host);
        }
        catch (SandboxImageException exception)
        {
            return DoctorFailure.Of(name, exception);
        }
    }

    /// <summary>Whether the guest's memory can be had.</summary>
    public static DoctorCheck Memory(ByteSize wanted)
    {
        const string name = "memory";
        if (Available() is not { } available)
        {
            return new DoctorCheck(name, DoctorState.Warning, $"{MemoryInfo} does not tell how much is available; a sandbox takes up to {wanted}");
        }

        var detail = $"{Mebi(available)} MiB available, and a sandbox takes up to {Mebi(wanted)} MiB";
        return available.Bytes >= wanted.Bytes + _monitorMemory.Bytes
            ? new DoctorCheck(name, DoctorState.Ok, detail)
            : new DoctorCheck(name, DoctorState.Warning, $"{detail}: end other programs, or give it less");
    }

    /// <summary>Whether emulated guests can be told the rate of their clock.</summary>
    public static DoctorCheck TimeStampCounter()
    {
        const string name = "clock";
        return TscFrequency.Host is { } tsc
            ? new DoctorCheck(name, DoctorState.Ok, string.Create(CultureInfo.InvariantCulture, $"the time stamp counter runs at {tsc.Khz} kHz (source: {tsc.Source})"))
            : new DoctorCheck(name, DoctorState.Warning, "the rate of the time stamp counter can't be found out, so a boot may hang under emulation on a busy host and be repeated");
    }

    private static ByteSize? Available()
    {
        try
        {
            var line = File.ReadLines(MemoryInfo).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var number, ..]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibi)
                    ? ByteSize.KiB(kibi)
                    : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Mebi(ByteSize size) => size.Bytes / ByteSize.MiB(1).Bytes;
}
