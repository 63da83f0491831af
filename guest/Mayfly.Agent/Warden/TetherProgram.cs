using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>
/// Runs a program with this process's own streams and ends it, with whatever it has started, when the owner is gone. A
/// death signal alone would not do for an owner of many threads: it comes when the thread ends that started the program.
/// </summary>
internal static unsafe class TetherProgram
{
    private const int OwnerGone = 137;
    private const int CouldNotStart = 127;

    /// <param name="ownerId">The process that started this one.</param>
    /// <param name="program">The program with its arguments.</param>
    /// <returns>The program's exit code, 128 and more for a signal.</returns>
    public static int Run(int ownerId, IReadOnlyList<string> program)
    {
        _ = Libc.SystemCall(LinuxX64.SYS_prctl, Linux.PR_SET_CHILD_SUBREAPER, 1, 0, 0);

        // The owner's terminal is not ours: a key that interrupts the owner is for the owner to act on.
        _ = Libc.NewSession();

        // While it is our parent the number can't have become another's.
        using var owner = HostProcesses.Open(ownerId);
        if (owner.IsInvalid || Libc.ParentProcessId() != ownerId)
        {
            return OwnerGone;
        }

        try
        {
            using var running = GuardedProgram.StartWithStreams(program);
            var watches = stackalloc PollFd[2];
            watches[0] = new PollFd { Descriptor = owner.Number, Events = (short)Linux.EPOLLIN };
            watches[1] = new PollFd { Descriptor = running.Number, Events = (short)Linux.EPOLLIN };

            // SAFETY: two structures, written by the kernel during the call.
            while (Libc.Poll(watches, 2, -1) < 0)
            {
            }

            return running.End() is null ? OwnerGone : running.ShellCode;
        }
        catch (NativeException exception)
        {
            using var errors = new Descriptor(2);
            Files.TryWrite(errors, Encoding.UTF8.GetBytes(exception.Message + "\n"));
            return CouldNotStart;
        }
    }
}
