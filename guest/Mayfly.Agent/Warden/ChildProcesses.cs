using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>What this process's main thread has started and what has become its own since.</summary>
internal static unsafe class ChildProcesses
{
    private const int MaxListBytes = 64 * 1024;

    /// <summary>
    /// Kills and collects them, and what they had started in sessions of their own: orphans are the children of their next
    /// reaper. Stops when the time is up, or where those that are left belong to somebody else.
    /// </summary>
    public static void EndAll(int limitMs)
    {
        var deadline = Environment.TickCount64 + limitMs;
        while (Environment.TickCount64 <= deadline && Read() is { Count: > 0 } children)
        {
            if (children.RemoveAll(IsOutOfReach) > 0 && children.Count == 0)
            {
                return;
            }

            foreach (var child in children)
            {
                Collect(child, deadline);
            }
        }
    }

    private static List<int> Read()
    {
        var self = Libc.ProcessId();
        var list = Files.TryReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{self}/task/{self}/children"), MaxListBytes) ?? "";
        return [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
    }

    private static bool IsOutOfReach(int child) =>
        Libc.Kill(child, Linux.SIGKILL) != 0 && Marshal.GetLastPInvokeError() == Errno.EPERM;

    private static void Collect(int child, long deadline)
    {
        using var handle = HostProcesses.Open(child);
        if (!handle.IsInvalid && !HostProcesses.WaitForEnd(handle, (int)Math.Max(0, deadline - Environment.TickCount64)))
        {
            return;
        }

        ChildInfo info;

        // SAFETY: the kernel fills the local structure. Another thread may have collected it.
        _ = Libc.Wait(Linux.P_PID, child, &info, Linux.WEXITED);
    }
}
