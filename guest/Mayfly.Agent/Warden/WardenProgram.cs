using System.Text;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>
/// The role on the host: holds a pipe from its owner, runs one program as its own child, and takes both the program
/// and its directory away when the pipe ends, however the owner has died. When the warden itself dies, the kernel
/// kills the program, because it was started from this thread, which is the main one and lives as long as the process.
/// </summary>
internal sealed unsafe class WardenProgram(WardenCommand command)
{
    private static readonly Descriptor _input = new(0);
    private static readonly Descriptor _output = new(1);

    /// <returns>The exit code.</returns>
    public int Run()
    {
        // The owner's terminal is not ours, a polite end of ours would leave the directory behind, and nobody need
        // listen to what we say.
        _ = Libc.NewSession();
        foreach (var signal in (ReadOnlySpan<int>)[Linux.SIGHUP, Linux.SIGINT, Linux.SIGTERM, Linux.SIGPIPE])
        {
            _ = Libc.Signal(signal, Linux.SIG_IGN);
        }

        var program = Start();
        if (program > 0)
        {
            Report($"started {program}");
            Guard(program);
        }

        WaitForOwner();
        var failure = DirectoryRemover.Remove(command.Directory);
        if (failure is not null)
        {
            Complain(failure);
        }

        return failure is null ? 0 : 1;
    }

    private static void Report(string line) => Files.TryWrite(_output, Encoding.UTF8.GetBytes(line + "\n"));

    private static void Complain(string line)
    {
        using var error = new Descriptor(2);
        Files.TryWrite(error, Encoding.UTF8.GetBytes($"mayfly-agent warden: {line}\n"));
    }

    private static void WaitForOwner()
    {
        while (!OwnerIsGone())
        {
        }
    }

    /// <summary>Waits for the owner to say anything, and returns whether that was the end of the pipe.</summary>
    private static bool OwnerIsGone()
    {
        var buffer = stackalloc byte[64];

        // SAFETY: at most 64 bytes are stored. What the owner says has no meaning; only its silence at the end does.
        var count = Libc.Read(_input, buffer, 64);
        return count == 0 || (count < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Errno.EINTR);
    }

    private int Start()
    {
        using var nothing = Libc.Open("/dev/null", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (nothing.IsInvalid)
        {
            Report($"failed {NativeException.Last("opening /dev/null").Message}");
            return -1;
        }

        using var arena = new NativeArena();
        var plan = (SpawnPlan*)arena.Allocate(sizeof(SpawnPlan));
        var path = Environment.GetEnvironmentVariable("PATH") ?? CommandEnvironment.DefaultPath;
        plan->Candidates = arena.Texts(ProgramPath.Candidates(command.Program[0], path));
        plan->Arguments = arena.Texts(command.Program);
        plan->Environment = arena.Texts(ReadEnvironment());
        plan->Input = nothing.Number;
        plan->Output = nothing.Number;
        plan->Error = 2;
        plan->ControlGroup = -1;
        plan->DeathSignal = Linux.SIGKILL;
        plan->ParentProcessId = Libc.ProcessId();
        var program = Spawner.Start(plan);
        if (plan->FailedStage == SpawnStage.Started)
        {
            return program;
        }

        Report($"failed '{command.Program[0]}' could not start ({plan->FailedStage}): {NativeException.Describe(plan->FailedErrno)}");
        return -1;
    }

    // As it came in, byte for byte where it is UTF-8.
    private static string[] ReadEnvironment() =>
        (Files.TryReadText("/proc/self/environ", int.MaxValue) ?? "").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns when the program has ended and been collected, by itself or because the owner is gone.</summary>
    private static void Guard(int program)
    {
        using var handle = new Descriptor((int)Libc.SystemCall(LinuxX64.SYS_pidfd_open, program, 0, 0, 0));
        if (handle.IsInvalid)
        {
            Complain(NativeException.Last("pidfd_open (Linux 5.3 or newer is needed)").Message);
            End(program);
            return;
        }

        var watches = stackalloc PollFd[2];
        watches[0] = new PollFd { Descriptor = handle.Number, Events = (short)Linux.EPOLLIN };
        watches[1] = new PollFd { Descriptor = _input.Number, Events = (short)Linux.EPOLLIN };
        while (true)
        {
            // SAFETY: two structures, written by the kernel during the call.
            var ready = Libc.Poll(watches, 2, -1) > 0;
            if (ready && watches[0].Returned != 0)
            {
                break;
            }

            if (ready && watches[1].Returned != 0 && OwnerIsGone())
            {
                break;
            }
        }

        End(program);
    }

    /// <summary>
    /// Ends what the program has left in its group while its zombie still holds the number, so that no stranger can
    /// have it; then collects it.
    /// </summary>
    private static void End(int program)
    {
        _ = Libc.Kill(-program, Linux.SIGKILL);
        ChildInfo info;

        // SAFETY: the kernel fills the local structure.
        while (Libc.Wait(Linux.P_PID, program, &info, Linux.WEXITED) != 0)
        {
        }

        Report(info.Code == Linux.CLD_EXITED ? $"exited {info.Status}" : $"signalled {info.Status}");
    }
}
