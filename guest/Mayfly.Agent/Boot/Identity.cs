using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Makes this machine the one its settings describe: clock, name, machine-id, loopback.</summary>
internal static unsafe class Identity
{
    public static long UptimeMs
    {
        get
        {
            TimeSpec time;

            // SAFETY: the kernel fills the local structure.
            _ = Libc.GetClock(Linux.CLOCK_BOOTTIME, &time);
            return (time.Seconds * 1000) + (time.Nanoseconds / 1_000_000);
        }
    }

    public static SystemName SystemName
    {
        get
        {
            SystemName name;

            // SAFETY: the kernel fills the local structure.
            _ = Libc.SystemName(&name);
            return name;
        }
    }

    public static void Assume(GuestSettings? settings, BootLog log)
    {
        RaiseLoopback(log);
        if (settings is null)
        {
            return;
        }

        SetHostName(settings.HostName, log);
        if (settings.UnixTimeMs is { } unixTimeMs)
        {
            // It is the time at the kernel's start, near enough.
            SetClock(unixTimeMs + UptimeMs, log);
        }

        if (settings.MachineId is { } machineId)
        {
            MachineIdFile.Replace(machineId, log);
        }
    }

    /// <summary>The same for the copy of a frozen machine, with the file of its id where that could be held open.</summary>
    public static void Assume(WakeSettings settings, MachineIdFile? machineId, BootLog log)
    {
        SetClock(settings.UnixTimeMs, log);
        SetHostName(settings.HostName, log);
        if (machineId?.TryWrite(settings.MachineId) != true)
        {
            MachineIdFile.Replace(settings.MachineId, log);
        }
    }

    private static void SetHostName(string name, BootLog log)
    {
        var bytes = Encoding.UTF8.GetBytes(name);

        // SAFETY: the array is pinned for the call and its length passed along.
        fixed (byte* start = bytes)
        {
            if (bytes.Length == 0 || Libc.SetHostName(start, (nuint)bytes.Length) != 0)
            {
                log.Warn($"could not set the host name '{name}': {NativeException.Describe(Marshal.GetLastPInvokeError())}");
            }
        }
    }

    private static void SetClock(long unixTimeMs, BootLog log)
    {
        var time = new TimeSpec { Seconds = unixTimeMs / 1000, Nanoseconds = unixTimeMs % 1000 * 1_000_000 };

        // SAFETY: the kernel reads the local structure.
        if (Libc.SetClock(Linux.CLOCK_REALTIME, &time) != 0)
        {
            log.Warn($"could not set the clock to {unixTimeMs} ms: {NativeException.Describe(Marshal.GetLastPInvokeError())}");
        }
    }

    private static void RaiseLoopback(BootLog log)
    {
        try
        {
            using var loopback = new NetworkInterface("lo");
            loopback.Raise();
        }
        catch (NativeException exception)
        {
            log.Warn(exception.Message);
        }
    }
}
