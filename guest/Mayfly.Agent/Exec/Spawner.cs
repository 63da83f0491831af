using System.Runtime.CompilerServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>
/// Starts a process with vfork. The child borrows the parent's memory and this thread's stack until it has become its
/// program or ended, while this thread waits in the kernel. That is why a plain fork won't do: its copy of the
/// collector's state could say "stop for a collection" for ever, whereas here the flag is the parent's own, and a
/// collection that begins meanwhile ends meanwhile.
/// </summary>
internal static unsafe class Spawner
{
    private const int MaskWords = 16;
    private const int LastSignal = 64;

    /// <summary>The number of the first inherited descriptor: the next after the standard streams.</summary>
    public const int FirstInherited = 3;

    /// <summary>Held while a process is started. Who ends this process takes and keeps it, so that no other comes up behind.</summary>
    public static Lock Gate { get; } = new();

    /// <returns>The new process, or a negative number; the plan says at which stage it failed.</returns>
    public static int Start(SpawnPlan* plan)
    {
        lock (Gate)
        {
            return StartAlone(plan);
        }
    }

    private static int StartAlone(SpawnPlan* plan)
    {
        plan->Self = (byte)'0';
        var all = stackalloc ulong[MaskWords];
        var old = stackalloc ulong[MaskWords];
        new Span<ulong>(all, MaskWords).Fill(ulong.MaxValue);

        // No handler of ours may run in the child, on memory that is the parent's.
        // SAFETY: both sets have the C library's size of 128 bytes.
        _ = Libc.SignalMask(Linux.SIG_BLOCK, all, old);
        var process = Fork(plan);
        _ = Libc.SignalMask(Linux.SIG_SETMASK, old, null);
        return process;
    }

    // SAFETY: the child never returns from this frame, calls nothing but ChildCalls, allocates nothing and touches
    // only the plan's unmanaged memory. The parent's path after vfork reads nothing the child could have overwritten:
    // the result is in a register, the plan is re-read through a pointer neither path changes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Fork(SpawnPlan* plan)
    {
        var process = ChildCalls.Fork();
        if (process > 0)
        {
            return process;
        }

        if (process < 0)
        {
            plan->FailedStage = SpawnStage.Fork;
            plan->FailedErrno = *ChildCalls.ErrorNumber();
            return process;
        }

        if (plan->DeathSignal != 0)
        {
            plan->FailedStage = SpawnStage.DeathSignal;
            if (ChildCalls.SystemCall(LinuxX64.SYS_prctl, Linux.PR_SET_PDEATHSIG, plan->DeathSignal, 0, 0) != 0
                || ChildCalls.SystemCall(LinuxX64.SYS_getppid, 0, 0, 0, 0) != plan->ParentProcessId)
            {
                goto Failed;
            }
        }

        plan->FailedStage = SpawnStage.Session;
        if (ChildCalls.SystemCall(LinuxX64.SYS_setsid, 0, 0, 0, 0) < 0)
        {
            goto Failed;
        }

        plan->FailedStage = SpawnStage.ControlGroup;
        for (var group = 0; group < plan->ControlGroupCount; group++)
        {
            if (ChildCalls.SystemCall(LinuxX64.SYS_write, plan->ControlGroups[group], (nint)(&plan->Self), 1, 0) != 1)
            {
                goto Failed;
            }
        }

        if (plan->IsolateNetwork)
        {
            // Who may not do this has a program that may not do much with the network either; it has no device in any case.
            _ = ChildCalls.SystemCall(LinuxX64.SYS_unshare, Linux.CLONE_NEWNET, 0, 0, 0);
        }

        plan->FailedStage = SpawnStage.Terminal;
        if (plan->Terminal && ChildCalls.SystemCall(LinuxX64.SYS_ioctl, plan->Input, Linux.TIOCSCTTY, 0, 0) != 0)
        {
            goto Failed;
        }

        plan->FailedStage = SpawnStage.Streams;
        if (ChildCalls.SystemCall(LinuxX64.SYS_dup2, plan->Input, 0, 0, 0) < 0
            || ChildCalls.SystemCall(LinuxX64.SYS_dup2, plan->Output, 1, 0, 0) < 0
            || ChildCalls.SystemCall(LinuxX64.SYS_dup2, plan->Error, 2, 0, 0) < 0)
        {
            goto Failed;
        }

        for (var inherited = 0; inherited < plan->InheritedCount; inherited++)
        {
            if (ChildCalls.SystemCall(LinuxX64.SYS_dup2, plan->Inherited[inherited], FirstInherited + inherited, 0, 0) < 0)
            {
                goto Failed;
            }
        }

        // Whatever else is open is not the program's, however it came about; an old kernel doesn't know the call.
        _ = ChildCalls.SystemCall(
            LinuxX64.SYS_close_range, FirstInherited + plan->InheritedCount, unchecked((nint)uint.MaxValue), LinuxX64.CLOSE_RANGE_CLOEXEC, 0);

        for (var signal = 1; signal <= LastSignal; signal++)
        {
            // SIGKILL and SIGSTOP refuse, which is as good.
            _ = ChildCalls.SystemCall(LinuxX64.SYS_rt_sigaction, signal, (nint)plan->DefaultAction, 0, sizeof(ulong));
        }

        if (plan->OpenFiles != null)
        {
            _ = ChildCalls.SystemCall(LinuxX64.SYS_prlimit64, 0, Linux.RLIMIT_NOFILE, (nint)plan->OpenFiles, 0);
        }

        if (plan->NoCoreDump)
        {
            _ = ChildCalls.SystemCall(LinuxX64.SYS_prlimit64, 0, Linux.RLIMIT_CORE, (nint)(&plan->NoCoreDumpLimit), 0);
        }

        plan->FailedStage = SpawnStage.Identity;
        if (plan->ChangeIdentity
            && (ChildCalls.SystemCall(LinuxX64.SYS_setgroups, plan->GroupCount, (nint)plan->Groups, 0, 0) != 0
                || ChildCalls.SystemCall(LinuxX64.SYS_setresgid, (nint)plan->GroupId, (nint)plan->GroupId, (nint)plan->GroupId, 0) != 0
                || ChildCalls.SystemCall(LinuxX64.SYS_setresuid, (nint)plan->UserId, (nint)plan->UserId, (nint)plan->UserId, 0) != 0))
        {
            goto Failed;
        }

        plan->FailedStage = SpawnStage.WorkingDirectory;
        if (plan->WorkingDirectory != null
            && ChildCalls.SystemCall(LinuxX64.SYS_chdir, (nint)plan->WorkingDirectory, 0, 0, 0) != 0
            && (plan->FallbackDirectory == null
                || ChildCalls.SystemCall(LinuxX64.SYS_chdir, (nint)plan->FallbackDirectory, 0, 0, 0) != 0))
        {
            goto Failed;
        }

        plan->FailedStage = SpawnStage.Started;
        _ = ChildCalls.SystemCall(LinuxX64.SYS_rt_sigprocmask, Linux.SIG_SETMASK, (nint)(&plan->EmptyMask), 0, sizeof(ulong));
        plan->FailedErrno = Errno.ENOENT;
        for (var candidate = plan->Candidates; *candidate != null; candidate++)
        {
            _ = ChildCalls.SystemCall(LinuxX64.SYS_execve, (nint)(*candidate), (nint)plan->Arguments, (nint)plan->Environment, 0);
            var errno = *ChildCalls.ErrorNumber();

            // As execvp does: what is not there is passed over, what may not be run is remembered.
            if (errno == Errno.EACCES)
            {
                plan->FailedErrno = errno;
            }
            else if (errno is not (Errno.ENOENT or Errno.ENOTDIR))
            {
                plan->FailedErrno = errno;
                break;
            }
        }

        plan->FailedStage = SpawnStage.Program;
        _ = ChildCalls.SystemCall(LinuxX64.SYS_exit_group, 127, 0, 0, 0);

    Failed:
        plan->FailedErrno = *ChildCalls.ErrorNumber();
        while (true)
        {
            _ = ChildCalls.SystemCall(LinuxX64.SYS_exit_group, 127, 0, 0, 0);
        }
    }
}
