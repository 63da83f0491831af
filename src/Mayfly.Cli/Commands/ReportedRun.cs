using System.Text.Json;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly run --json</c>: whatever becomes of the job, one JSON object on standard output.</summary>
internal static class ReportedRun
{
    /// <summary>Runs the job and prints the report.</summary>
    public static async Task<int> RunAsync(JobRun run, HostSignals signals)
    {
        var (report, exitCode) = await ReportAsync(run, signals).ConfigureAwait(false);
        return run.ToldExitCode ?? Tell(report, exitCode);
    }

    private static int Tell(RunReport report, int exitCode)
    {
        if (report.Error is { } error && exitCode != ExitCodes.Success)
        {
            Messages.Say(error.Message);
        }

        return Print(report) ? exitCode : ExitCodes.OfSignal(LinuxSignal.Pipe);
    }

    private static async Task<(RunReport Report, int ExitCode)> ReportAsync(JobRun run, HostSignals signals)
    {
        try
        {
            var result = await run.ToResultAsync(kept => Tell(RunReport.Of(run, kept), ExitCode(kept))).ConfigureAwait(false);
            return (RunReport.Of(run, result), ExitCode(result));
        }
        catch (Exception exception) when (signals.AbortedBy is { } signal)
        {
            return (RunReport.OfAborted(run, (exception as ExecCanceledException)?.Result), ExitCodes.OfSignal(signal));
        }
        catch (MayflyException exception)
        {
            return (RunReport.OfFailure(run, exception), ExitCodes.MayflyFailed);
        }
    }

    private static int ExitCode(SandboxJobResult? result) => result is null ? ExitCodes.Success : EndMessage.ExitCode(result);

    private static bool Print(RunReport report)
    {
        try
        {
            DescriptorStream.StandardOutput.Write(JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Safe.RunReport));
            DescriptorStream.StandardOutput.Write("\n"u8);
            return true;
        }
        catch (StandardStreamException exception) when (exception.IsBrokenPipe)
        {
            return false;
        }
        catch (StandardStreamException exception)
        {
            throw UsageError.HostStream(exception);
        }
    }
}
