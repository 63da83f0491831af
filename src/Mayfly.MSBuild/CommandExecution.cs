using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild;

/// <summary>Runs a plan's command in a machine and puts its outputs in place.</summary>
/// <param name="plan">What to run.</param>
/// <param name="machines">Where.</param>
/// <param name="log">The task's log.</param>
/// <param name="failures">Told why it failed.</param>
internal sealed class CommandExecution(CommandPlan plan, IMachineSource machines, TaskLoggingHelper log, FailureLog failures)
{
    /// <summary>Runs it.</summary>
    /// <param name="publishes">Whether outputs are put in place, rather than only insisted on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SandboxConfigurationException">MAY3014: there is no place for its logs.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no output was touched.</exception>
    public async Task<CommandOutcome> RunAsync(bool publishes, CancellationToken cancellationToken)
    {
        var output = new OutputLog(log, plan.Format);
        using var logs = OpenLogs();
        var run = new SandboxRun(plan, machines, output, logs, log);
        IReadOnlyList<string>? published = null;
        try
        {
            published = await PublishAsync(run, output, publishes, cancellationToken).ConfigureAwait(false);
            logs.Dispose();
        }
        catch (MayflyException exception)
        {
            logs.Dispose();
            if (exception is ExecException failed)
            {
                failures.AddEnd(failed.Code, logs.AppendTo(output.AppendTail(CommandFailure.Describe(plan, failed, output))));
            }
            else
            {
                failures.Add(exception.Code, logs.AppendTo(exception.Message));
            }
        }

        return new CommandOutcome(published, run.ExitCode, output.Collected) { LogFiles = logs.Files };
    }

    private async Task<IReadOnlyList<string>?> PublishAsync(SandboxRun run, OutputLog output, bool publishes, CancellationToken cancellationToken)
    {
        using var staging = StagingArea.Create(plan.StagingDirectory, plan.Roots);
        await run.RunAsync(staging, cancellationToken).ConfigureAwait(false);
        if (output.HasErrors && !plan.IgnoreExitCode)
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var outputs = Collect(staging);
        return publishes ? outputs.Publish(plan.Roots, plan.StampPath, plan.LastFiles, plan.KeepsUnchanged) : [];
    }

    private OutputSet Collect(StagingArea staging)
    {
        try
        {
            return OutputSet.Collect(plan.Outputs, staging);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxTransferException(
                ErrorCode.HostWriteFailed, $"the outputs, which wait in '{staging.Path}', can't be looked through: {exception.Message} No output was touched. Look who else writes there, or set StagingDirectory.", exception);
        }
    }

    private RunLogs OpenLogs()
    {
        try
        {
            return new RunLogs(plan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.HostWriteFailed, $"the folder '{plan.LogDirectory}', in which logs are kept, can't be written: {exception.Message} Make it writable. For steps and tests it is in $(IntermediateOutputPath); a call of the task can name another as LogDirectory.", exception);
        }
    }
}
