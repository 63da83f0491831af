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
    /// <exception cref="MayflyException">It could not be done, for another reason than the command's own end.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no output was touched.</exception>
    public async Task<CommandOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var output = new OutputLog(log, plan.Format);
        var run = new SandboxRun(plan, machines, output, log);
        try
        {
            using var staging = StagingArea.Create(plan.StagingDirectory, plan.Roots);
            var result = await run.RunAsync(staging, cancellationToken).ConfigureAwait(false);
            if (output.HasErrors && !plan.IgnoreExitCode)
            {
                return new CommandOutcome(null, result.ExitCode, output.Collected);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var published = OutputSet.Collect(plan.Outputs, staging).Publish(plan.Roots, plan.StampPath);
            return new CommandOutcome(published, result.ExitCode, output.Collected);
        }
        catch (ExecException exception)
        {
            // Whoever turns the echo off may have a secret in the command.
            var message = plan.EchoOff ? exception.Message.Replace(exception.Result.Command, "...", StringComparison.Ordinal) : exception.Message;
            failures.Add(exception.Code, output.AppendTail(message));
            return new CommandOutcome(null, exception.Result.ExitCode, output.Collected);
        }
    }
}
