using System.Text;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>
/// The guest's SSH server, a child of ours for the machine's life. It runs as one listener and forks for each connection: a
/// process of its own for each would be loaded and linked anew each time, which costs an emulated machine more than the fork.
/// </summary>
internal sealed unsafe class SshServer
{
    /// <summary>For it to listen, which takes a busy host's guest seconds at the very most.</summary>
    private const int PatienceMs = 30_000;

    // Above all that a program inherits.
    private const int LowestOwn = 16;
    private const string ReadyPath = "/proc/self/fd/3";

    private readonly Descriptor _ready;
    private readonly BootLog _log;

    private SshServer(Descriptor ready, BootLog log) => (_ready, _log) = (ready, log);

    /// <summary>Starts it with the one key it shall have. What fails is a warning.</summary>
    /// <returns>Null where it did not start.</returns>
    public static SshServer? Start(SshSettings settings, ProcessReaper reaper, BootLog log)
    {
        try
        {
            SshHostKeys.RemoveStale();
            var (ready, writer) = OpenPipe();
            using (writer)
            {
                reaper.Watch(Spawn(settings, writer), info => Report(info, log));
                return new SshServer(ready, log);
            }
        }
        catch (NativeException exception)
        {
            log.Warn($"there is no SSH server: {exception.Message}");
            return null;
        }
    }

    /// <summary>
    /// Returns when it listens. Its process id file is a pipe to us, which it writes to when it does, and which ends
    /// when it has ended before.
    /// </summary>
    public void AwaitListening()
    {
        var watch = new PollFd { Descriptor = _ready.Number, Events = (short)Linux.EPOLLIN };
        byte first;

        // SAFETY: one structure and one byte, written by the kernel during the calls.
        if (Libc.Poll(&watch, 1, PatienceMs) <= 0)
        {
            _log.Warn($"the SSH server does not listen after {PatienceMs / 1000} s");
        }
        else if (Libc.Read(_ready, &first, 1) != 1)
        {
            _log.Warn("the SSH server ended before it listened; the console says why");
        }

        _ready.Dispose();
    }

    private static (Descriptor Reader, Descriptor Writer) OpenPipe()
    {
        var ends = stackalloc int[2];

        // SAFETY: the kernel stores two ints.
        if (Libc.Pipe(ends, Linux.O_CLOEXEC) != 0)
        {
            throw NativeException.Last("making a pipe");
        }

        using var low = new Descriptor(ends[1]);
        var reader = new Descriptor(ends[0]);
        var writer = Libc.Duplicate(low, Linux.F_DUPFD_CLOEXEC, LowestOwn);
        return writer.IsInvalid ? throw NativeException.Last("duplicating a pipe") : (reader, writer);
    }

    // Password logins are off, the environment is that of all other commands, and its log goes to the console.
    private static string[] Arguments(SshSettings settings) =>
    [
        GuestPaths.SshServer, "-F", "-E", "-e", "-s", "-r", GuestPaths.SshServerKey, "-W", "1048576",
        "-p", settings.AllAddresses ? $"{SshSettings.Port}" : $"127.0.0.1:{SshSettings.Port}", "-P", ReadyPath,
    ];

    private static int Spawn(SshSettings settings, Descriptor ready)
    {
        using var nothing = Libc.Open("/dev/null", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (nothing.IsInvalid)
        {
            throw NativeException.Last("opening /dev/null");
        }

        using var arena = new NativeArena();
        var plan = (SpawnPlan*)arena.Allocate(sizeof(SpawnPlan));
        plan->Candidates = arena.Texts([GuestPaths.SshServer]);
        plan->Arguments = arena.Texts(Arguments(settings));
        plan->Environment = arena.Texts([$"PATH={CommandEnvironment.DefaultPath}", "LANG=C.UTF-8", "MAYFLY=1"]);
        plan->WorkingDirectory = arena.Text("/");
        plan->Input = nothing.Number;
        plan->Output = 2;
        plan->Error = 2;
        plan->Inherited = (int*)arena.Allocate(sizeof(int));

        // SAFETY: the array has one element, and the descriptor lives on until the program has its copy.
        plan->Inherited[0] = ready.Number;
        plan->InheritedCount = 1;
        var process = Spawner.Start(plan);
        return plan->FailedStage == SpawnStage.Started
            ? process
            : throw new NativeException($"'{GuestPaths.SshServer}' could not start ({plan->FailedStage})", plan->FailedErrno);
    }

    private static void Report(ChildInfo info, BootLog log)
    {
        var how = info.Code == Linux.CLD_EXITED ? $"exit code {info.Status}" : $"signal {info.Status}";
        var text = $"the SSH server has ended ({how}); nobody can log in any more";
        log.Warn(text);

        // The kernel's log shows the console errors only.
        using var console = Libc.Open("/dev/console", Linux.O_WRONLY | Linux.O_CLOEXEC | Linux.O_NOCTTY, 0);
        if (!console.IsInvalid)
        {
            Files.TryWrite(console, Encoding.UTF8.GetBytes($"mayfly-agent: {text}\n"));
        }
    }
}
