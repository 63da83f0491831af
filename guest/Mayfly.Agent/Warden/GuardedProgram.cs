using System.Globalization;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>
/// The program under a warden, its own child. Started from the main thread, which lives as long as the process: the kernel
/// kills the program when that thread ends, however that comes about.
/// </summary>
internal sealed unsafe class GuardedProgram : IDisposable
{
    private const int KillLimitMs = 1000;
    private const int OrphansLimitMs = 5000;
    private const int SignalBase = 128;

    private readonly Descriptor _handle;

    private GuardedProgram(int processId, Descriptor handle) => (ProcessId, _handle) = (processId, handle);

    public int ProcessId { get; }

    /// <summary>Its exit code as a shell tells it: 128 and more for a signal. Meaningful once it has ended.</summary>
    public int ShellCode { get; private set; }

    /// <summary>A descriptor that becomes readable when the program ends.</summary>
    public int Number => _handle.Number;

    /// <summary>Starts it with nothing of this process's but its standard error and what is inherited on purpose.</summary>
    /// <exception cref="NativeException">It can't be started.</exception>
    public static GuardedProgram Start(IReadOnlyList<string> program, bool isolateNetwork, IReadOnlyList<Descriptor> inherited, IReadOnlyList<Descriptor> joined)
    {
        using var nothing = Libc.Open("/dev/null", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        return nothing.IsInvalid
            ? throw NativeException.Last("opening /dev/null")
            : Start(program, nothing.Number, nothing.Number, isolateNetwork, inherited, joined);
    }

    /// <summary>Starts it with the standard streams of this process.</summary>
    /// <exception cref="NativeException">It can't be started.</exception>
    public static GuardedProgram StartWithStreams(IReadOnlyList<string> program) => Start(program, 0, 1, isolateNetwork: false, [], []);

    private static GuardedProgram Start(
        IReadOnlyList<string> program, int input, int output, bool isolateNetwork, IReadOnlyList<Descriptor> inherited, IReadOnlyList<Descriptor> joined)
    {
        using var arena = new NativeArena();
        var plan = (SpawnPlan*)arena.Allocate(sizeof(SpawnPlan));
        var path = Environment.GetEnvironmentVariable("PATH") ?? CommandEnvironment.DefaultPath;
        plan->Candidates = arena.Texts(ProgramPath.Candidates(program[0], path));
        plan->Arguments = arena.Texts(program);
        plan->Environment = arena.Texts(ReadEnvironment());
        plan->Input = input;
        plan->Output = output;
        plan->Error = 2;
        plan->ControlGroups = Numbers(arena, joined);
        plan->ControlGroupCount = joined.Count;
        plan->Inherited = Numbers(arena, inherited);
        plan->InheritedCount = inherited.Count;
        plan->IsolateNetwork = isolateNetwork;
        plan->NoCoreDump = true;
        plan->DeathSignal = Linux.SIGKILL;
        plan->ParentProcessId = Libc.ProcessId();
        var process = Spawner.Start(plan);
        if (plan->FailedStage != SpawnStage.Started)
        {
            throw new NativeException($"'{program[0]}' could not start ({plan->FailedStage})", plan->FailedErrno);
        }

        var handle = HostProcesses.Open(process);
        var started = new GuardedProgram(process, handle);
        if (handle.IsInvalid)
        {
            var failure = NativeException.Last("pidfd_open (Linux 5.3 or newer is needed)");
            started.End();
            throw failure;
        }

        return started;
    }

    /// <summary>
    /// Kills it where it still runs, and what it has left in its group while its zombie still holds the number, so that no
    /// stranger can have it; then collects it and whatever has become a child of ours through it.
    /// </summary>
    /// <returns>How it ended: <c>exited CODE</c> or <c>signalled N</c>; null where it does not end.</returns>
    public string? End()
    {
        _ = Libc.Kill(-ProcessId, Linux.SIGKILL);
        _ = Libc.Kill(ProcessId, Linux.SIGKILL);
        if (!_handle.IsInvalid && !HostProcesses.WaitForEnd(_handle, KillLimitMs))
        {
            return null;
        }

        ChildInfo info;

        // SAFETY: the kernel fills the local structure.
        while (Libc.Wait(Linux.P_PID, ProcessId, &info, Linux.WEXITED) != 0)
        {
        }

        ChildProcesses.EndAll(OrphansLimitMs);
        ShellCode = info.Code == Linux.CLD_EXITED ? info.Status : SignalBase + info.Status;
        return string.Create(CultureInfo.InvariantCulture, $"{(info.Code == Linux.CLD_EXITED ? "exited" : "signalled")} {info.Status}");
    }

    public void Dispose() => _handle.Dispose();

    private static int* Numbers(NativeArena arena, IReadOnlyList<Descriptor> descriptors)
    {
        var numbers = (int*)arena.Allocate(descriptors.Count * sizeof(int));
        for (var index = 0; index < descriptors.Count; index++)
        {
            // SAFETY: the array has as many elements as there are descriptors, all of which live on.
            numbers[index] = descriptors[index].Number;
        }

        return numbers;
    }

    // As it came in, byte for byte where it is UTF-8.
    private static string[] ReadEnvironment() =>
        (Files.TryReadText("/proc/self/environ", int.MaxValue) ?? "").Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
