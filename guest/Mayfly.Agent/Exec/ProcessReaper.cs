using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;

namespace Mayfly.Agent.Exec;

/// <summary>
/// Collects every process that ends, orphans too. A thread waits for the kernel's word; the loop's thread does the
/// reaping, so a process id it knows never belongs to somebody else.
/// </summary>
internal sealed class ProcessReaper(EventLoop loop, AgentEnd end)
{
    private const int WaiterStackBytes = 128 * 1024;

    private readonly Dictionary<int, Action<ChildInfo>> _watched = [];
    private readonly WakeUp _childrenExist = new();
    private readonly WakeUp _reaped = new();

    public void Start() => end.StartThread("reaper", WaiterStackBytes, WaitForEnds);

    /// <summary>Calls back when a process that was just started has ended.</summary>
    public void Watch(int process, Action<ChildInfo> ended)
    {
        _watched.Add(process, ended);
        _childrenExist.Set();
    }

    /// <summary>A child exists that nobody watches: a start that failed half-way.</summary>
    public void Notice() => _childrenExist.Set();

    private unsafe void WaitForEnds()
    {
        while (true)
        {
            ChildInfo info;

            // SAFETY: the kernel fills the local structure. The zombie is left for the loop.
            if (Libc.Wait(Linux.P_ALL, 0, &info, Linux.WEXITED | Linux.WNOWAIT) == 0)
            {
                loop.Post(ReapAll);
                _reaped.Wait();
            }
            else if (Marshal.GetLastPInvokeError() == Errno.ECHILD)
            {
                _childrenExist.Wait();
            }
        }
    }

    private unsafe void ReapAll()
    {
        while (true)
        {
            var info = default(ChildInfo);

            // SAFETY: as above. A process id of 0 says that nobody has ended.
            if (Libc.Wait(Linux.P_ALL, 0, &info, Linux.WEXITED | Linux.WNOHANG) != 0 || info.ProcessId == 0)
            {
                break;
            }

            if (_watched.Remove(info.ProcessId, out var ended))
            {
                ended(info);
            }
        }

        _reaped.Set();
    }
}
