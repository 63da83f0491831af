namespace Mayfly.Cli;

/// <summary>What the process exits with; src/Mayfly.Cli/README.md has the same table.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The inventory has something that was not there before, as with diff(1).</summary>
    public const int Difference = 1;

    /// <summary><c>mayfly reap</c> or <c>mayfly rm</c> could not clear everything.</summary>
    public const int SomethingLeft = 1;

    /// <summary>The command's timeout ran out, as with timeout(1).</summary>
    public const int TimedOut = 124;

    /// <summary>Mayfly could not do what was asked; the guest's command has nothing to do with it.</summary>
    public const int MayflyFailed = 125;

    /// <summary>The command exists but could not be started.</summary>
    public const int CouldNotStart = 126;

    /// <summary>There is no such command in the guest.</summary>
    public const int NotFound = 127;

    private const int SignalBase = 128;
    private const int SigKill = 9;

    /// <summary>What a shell reports for a process that a signal has ended.</summary>
    public static int OfSignal(int signal) => SignalBase + signal;

    /// <summary>The exit code that tells how a guest's command ended.</summary>
    public static int Of(ExecEnd end) => end.Kind switch
    {
        ExecEndKind.Exited => end.ExitCode ?? MayflyFailed,
        ExecEndKind.Signalled => OfSignal(end.Signal ?? 0),
        ExecEndKind.TimedOut => TimedOut,
        ExecEndKind.OutOfMemory => OfSignal(SigKill),
        ExecEndKind.CouldNotStart => end.StartFailure == ExecStartFailure.NotFound ? NotFound : CouldNotStart,
        _ => MayflyFailed,
    };
}
