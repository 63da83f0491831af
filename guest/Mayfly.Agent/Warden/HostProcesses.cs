using Mayfly.Agent.Native;
using Mayfly.Agent.Transfer;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Which process is which on this host.</summary>
internal static unsafe class HostProcesses
{
    private const int MaxStatBytes = 4096;

    private static readonly Lazy<string> _bootId = new(() => Files.TryReadText("/proc/sys/kernel/random/boot_id", MaxStatBytes)?.Trim() ?? "");
    private static readonly Lazy<long> _namespace = new(() => ReadNamespace("self") ?? 0);

    public static string BootId => _bootId.Value;

    /// <summary>The identity of the process that has this number now; null where none has.</summary>
    public static ProcessIdentity? Identify(int processId) =>
        Files.TryReadText($"/proc/{processId}/stat", MaxStatBytes) is { } stat && ProcessIdentity.TryReadStartTicks(stat) is { } start
            ? new ProcessIdentity(processId, start, BootId, _namespace.Value)
            : null;

    /// <summary>Whether this very process is there, if only as a zombie.</summary>
    public static bool Exists(ProcessIdentity identity) => CanJudge(identity) && Identify(identity.ProcessId) == identity;

    /// <summary>Whether the number means the same here as where it was written down.</summary>
    public static bool CanJudge(ProcessIdentity identity) => identity.BootId == BootId && identity.Namespace == _namespace.Value;

    /// <summary>
    /// Kills this very process and waits for its end. A stranger that has got its number is safe: the descriptor is taken
    /// first and the identity looked at afterwards, so that both mean one process.
    /// </summary>
    /// <returns>False where it still runs when the time is up.</returns>
    public static bool Kill(ProcessIdentity identity, int limitMs)
    {
        using var handle = Open(identity.ProcessId);
        if (handle.IsInvalid || !Exists(identity))
        {
            return true;
        }

        _ = Libc.SystemCall(LinuxX64.SYS_pidfd_send_signal, handle, Linux.SIGKILL, 0, 0);
        return WaitForEnd(handle, limitMs);
    }

    /// <summary>A descriptor that becomes readable when the process ends; invalid where there is none.</summary>
    public static Descriptor Open(int processId) => new((int)Libc.SystemCall(LinuxX64.SYS_pidfd_open, processId, 0, 0, 0));

    /// <returns>Whether the process has ended by then.</returns>
    public static bool WaitForEnd(Descriptor process, int limitMs)
    {
        var watch = new PollFd { Descriptor = process.Number, Events = (short)Linux.EPOLLIN };
        var deadline = Environment.TickCount64 + limitMs;
        int count;

        // SAFETY: one structure, written by the kernel during the call.
        while ((count = Libc.Poll(&watch, 1, (int)Math.Max(0, deadline - Environment.TickCount64))) < 0)
        {
        }

        return count > 0;
    }

    private static long? ReadNamespace(string process)
    {
        FileStatus status;

        // SAFETY: the path ends in a NUL and is pinned, and the kernel fills the local structure.
        fixed (byte* path = GuestPath.Native($"/proc/{process}/ns/pid"))
        {
            return Libc.Status(Linux.AT_FDCWD, path, 0, Linux.STATX_BASIC_STATS, &status) == 0 ? status.Inode : null;
        }
    }
}
