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
    /// <exception cref="MayflyException">It could not be done, for another reason than the command's own end.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no output was touched.</exception>
    public async Task<CommandOutcome> RunAsync(bool publishes, CancellationToken cancellationToken)
    {
        var output = new OutputLog(log, plan.Format);
        var run = new SandboxRun(plan, machines, output, log);
        try
        {
            using var staging = StagingArea.Create(plan.StagingDirectory);
            var result = await run.RunAsync(staging, cancellationToken).ConfigureAwait(false);
            if (output.HasErrors && !plan.IgnoreExitCode)
            {
                return new CommandOutcome(null, result.ExitCode, output.Collected);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var outputs = OutputSet.Collect(plan.Outputs, staging);
            return new CommandOutcome(publishes ? outputs.Publish() : [], result.ExitCode, output.Collected);
        }
        catch (ExecException exception)
        {
            failures.Add(exception.Code, output.AppendTail(exception.Message));
            return new CommandOutcome(null, exception.Result.ExitCode, output.Collected);
        }
    }
}
