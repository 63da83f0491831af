using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GuestTests;

/// <summary>System calls that need root and concern the whole machine. They refuse to be made anywhere but in a guest.</summary>
internal static partial class Native
{
    /// <summary>For <see cref="Unshare"/>: mounts of this thread's own.</summary>
    public const int NewMounts = 0x00020000;

    /// <summary>For <see cref="Unshare"/>: a host name of this thread's own.</summary>
    public const int NewHostName = 0x04000000;

    private const int RealTimeClock = 0;
    private const nuint Recursive = 0x4000;
    private const nuint Private = 0x40000;

    /// <summary>Puts an empty file system in memory over a folder.</summary>
    public static void MountTmpfs(string folder) => Call(() => Mount("tmpfs", folder, "tmpfs", 0, null));

    /// <summary>Keeps the mounts that follow to this thread's namespace.</summary>
    public static void MakeMountsPrivate() => Call(() => Mount(null, "/", null, Recursive | Private, null));

    /// <summary>Takes a mount away.</summary>
    public static void Unmount(string folder) => Call(() => Unmount(folder, 0));

    /// <summary>Gives this thread namespaces of its own.</summary>
    public static void Unshare(int namespaces) => Call(() => UnshareThread(namespaces));

    /// <summary>Renames the machine.</summary>
    public static void SetHostName(string name) => Call(() => SetHostName(name, (nuint)name.Length));

    /// <summary>Sets the clock that everybody reads.</summary>
    public static void SetClock(DateTimeOffset time) =>
        Call(() => SetClock(RealTimeClock, new TimeSpec(time.ToUnixTimeSeconds(), 0)));

    /// <summary>Fails on the host, before anything is done to it.</summary>
    public static void OnlyInAGuest()
    {
        if (!GuestMachine.IsCurrent)
        {
            throw new InvalidOperationException("This is for disposable machines only.");
        }
    }

    private static void Call(Func<int> call)
    {
        OnlyInAGuest();
        if (call() != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string? source, string target, string? kind, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int UnshareThread(int flags);

    [LibraryImport("libc", EntryPoint = "sethostname", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetHostName(string name, nuint length);

    [LibraryImport("libc", EntryPoint = "clock_settime", SetLastError = true)]
    private static partial int SetClock(int clock, in TimeSpec time);

    /// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
