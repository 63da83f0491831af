using System.Runtime.InteropServices;
using Mayfly.Agent.Boot;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Agent.Warden;

namespace Mayfly.Agent.Attached;

/// <summary>
/// The session with the host over the standard streams, in any machine and as any user: what an SSH server starts. Ends with
/// its input, and all that its commands have started with it.
/// </summary>
internal static class SessionProgram
{
    // As init's commands have it.
    private const int CommonMask = 0b000_010_010;

    /// <param name="directory">Removed at once: it has served its purpose once this runs. Null: none.</param>
    /// <returns>Never: ends with an exit code of 0, or 70 where the host breaks the protocol.</returns>
    /// <exception cref="NativeException">The standard streams are no conversation, or the system has nothing to give.</exception>
    public static int Run(string? directory)
    {
        var (input, output) = HostStreams.Take();
        var log = new BootLog(ownsMachine: false);
        if (directory is not null && DirectoryRemover.Remove(directory) is { } problem)
        {
            log.Warn(problem);
        }

        _ = Libc.Signal(Linux.SIGPIPE, Linux.SIG_IGN);
        _ = Libc.SystemCall(LinuxX64.SYS_umask, CommonMask, 0, 0, 0);
        OpenFileLimit.Raise(log);

        // What the commands leave behind becomes ours when its parent ends.
        _ = Libc.SystemCall(LinuxX64.SYS_prctl, Linux.PR_SET_CHILD_SUBREAPER, 1, 0, 0);
        var groups = ControlGroups.OfSession();
        var end = new SessionProcess(groups);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => end.HostGone());
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => end.HostGone());
        try
        {
            Serve(input, output, groups, end, log);
        }
#pragma warning disable CA1031 // Whatever it is, it must be said, and the commands must end.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            end.Fail(exception.ToString());
        }

        return 0;
    }

    private static void Serve(Descriptor input, Descriptor output, ControlGroups groups, SessionProcess end, BootLog log)
    {
        var loop = new EventLoop();
        var reaper = new ProcessReaper(loop, end);
        reaper.Start();
        var session = new GuestSession(input, output, loop, new OperationFactory(loop, reaper, groups, end), end);
        session.Announce(Greeting.Create(log));
        loop.Run();
    }
}
