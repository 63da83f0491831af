using System.Globalization;
using Mayfly.Cli.Signals;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Output;

/// <summary>What a terminal user must be told about the end of a job, and what the process exits with for it.</summary>
internal static class EndMessage
{
    /// <summary>The exit code: the guest's own, or the one of the table in README.md.</summary>
    public static int ExitCode(SandboxJobResult result) =>
        result.Exec.End.IsSuccess && result.MissingOutputs.Count > 0 ? ExitCodes.MayflyFailed : ExitCodes.Of(result.Exec.End);

    /// <summary>The stable code of what went wrong; null where the command succeeded and left its outputs.</summary>
    public static string? Code(SandboxJobResult result) =>
        result.Exec.End.IsSuccess && result.MissingOutputs.Count > 0 ? ErrorCode.GuestPathMissing : result.Exec.Code;

    /// <summary>The message; null where the exit code alone tells everything.</summary>
    /// <param name="job">What was asked for.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="interrupted">Whether the user has interrupted the command.</param>
    public static string? Describe(SandboxJob job, SandboxJobResult result, bool interrupted = false)
    {
        var end = result.Exec.End;
        var command = $"{Code(result)}: the command {result.Exec.Command}";
        return end.Kind switch
        {
            ExecEndKind.Exited when end.IsSuccess => DescribeMissing(result),
            ExecEndKind.Exited => null,
            ExecEndKind.Signalled when end.Signal == LinuxSignal.Pipe || (interrupted && end.Signal == LinuxSignal.Interrupt) => null,
            ExecEndKind.Signalled => $"{command} {end}.",
            ExecEndKind.TimedOut => $"{command} timed out after {Seconds(job.Exec.Timeout)} s and was ended with all its processes. Raise --timeout if it needs longer.",
            ExecEndKind.OutOfMemory => $"{command} {end}. Raise --memory, now {job.Sandbox.Memory}.",
            ExecEndKind.CouldNotStart => $"{command} {end.ToString().TrimEnd('.')}. {Remedy(end.StartFailure)}",
            _ => Death(result),
        };
    }

    private static string? DescribeMissing(SandboxJobResult result) => result.MissingOutputs.Count == 0
        ? null
        : $"{ErrorCode.GuestPathMissing}: the command {result.Exec.Command} succeeded, but did not leave {string.Join(", ", result.MissingOutputs.Select(output => $"'{output.GuestPath}'"))} in the guest. Check what it writes, and --pull.";

    private static string Remedy(ExecStartFailure? failure) => failure switch
    {
        ExecStartFailure.NotFound => "The guest has busybox's commands and what you push: check the name, or bring the program with --push.",
        ExecStartFailure.NotExecutable => "Check its mode, and that it is a static program or a script whose interpreter the guest has.",
        ExecStartFailure.BadWorkingDirectory => "Check --cwd: it must exist in the guest; --push makes what is missing.",
        ExecStartFailure.UnknownUser => "Check --user: the name must exist in the guest; a numeric uid always does.",
        ExecStartFailure.NoResources => "Raise --memory.",
        _ => "Check the program and the options.",
    };

    /// <summary>The library's own message: it ends with the last lines of the guest's console.</summary>
    private static string Death(SandboxJobResult result)
    {
        try
        {
            result.Exec.EnsureSuccess();
            return "";
        }
        catch (ExecException exception)
        {
            return exception.Message;
        }
    }

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
