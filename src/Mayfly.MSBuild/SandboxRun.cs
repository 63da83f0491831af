using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild;

/// <summary>Maps a plan onto a job of the library's and tells the build what happens.</summary>
/// <param name="plan">What to run.</param>
/// <param name="machines">Where.</param>
/// <param name="output">Receives the command's output.</param>
/// <param name="logs">Keep what happens in files.</param>
/// <param name="log">The task's log.</param>
internal sealed class SandboxRun(CommandPlan plan, IMachineSource machines, OutputLog output, RunLogs logs, TaskLoggingHelper log)
{
    private Sandbox? _sandbox;

    /// <summary>The command's exit code; null where it has not exited.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Runs it; outputs are left in the staging area.</summary>
    /// <exception cref="ExecException">The command did not succeed.</exception>
    /// <exception cref="MayflyException">Anything else went wrong.</exception>
    public async Task<ExecResult> RunAsync(StagingArea staging, CancellationToken cancellationToken)
    {
        using var standardOutput = new GuestLineStream(line => output.Add(OutputStream.Output, line), plan.OutputEncoding);
        using var standardError = new GuestLineStream(line => output.Add(OutputStream.Error, line), plan.ErrorEncoding);
        using var loggers = new BuildLoggerFactory(log, logs.Agent);
        using var rawOutput = new RawTee(standardOutput, logs.Raw);
        using var rawError = new RawTee(standardError, logs.Raw);
        var job = Job(staging, loggers, rawOutput, rawError);
        Describe();

        SandboxJobResult result;
        try
        {
            result = await machines.RunAsync(job, cancellationToken).ConfigureAwait(false);
            logs.AddConsole(result.ConsoleText);
        }
        catch (SandboxBootException exception)
        {
            logs.AddConsole(exception.ConsoleTail);
            throw;
        }
        catch when (_sandbox is not null)
        {
            logs.AddConsole(_sandbox.Console.GetText());
            throw;
        }
        finally
        {
            standardOutput.Complete();
            standardError.Complete();
        }

        ExitCode = result.Exec.ExitCode;

        if (!(plan.IgnoreExitCode && result.Exec.End.Kind == ExecEndKind.Exited))
        {
            result.Exec.EnsureSuccess();
        }

        log.LogMessage(result.Exec.End.IsSuccess ? MessageImportance.Low : MessageImportance.Normal, $"Mayfly: the command {result.Exec.End} after {result.Exec.Duration.TotalSeconds:0.###} s.");
        OutputSet.RequireAll(plan.Outputs, result);
        return result.Exec;
    }

    private SandboxJob Job(StagingArea staging, BuildLoggerFactory loggers, Stream standardOutput, Stream standardError)
    {
        return new SandboxJob
        {
            Command = string.IsNullOrWhiteSpace(plan.Command) ? [] : ["/bin/sh", "-c", plan.Command],
            Sandbox = plan.Machine.Options() with
            {
                Progress = new BuildProgress(log, TimeProvider.System),
                LoggerFactory = loggers,
            },
            Exec = new ExecOptions
            {
                WorkingDirectory = plan.WorkingDirectory,
                Environment = plan.Environment,
                Timeout = plan.Timeout,
                // The outputs of a command that is ended are not used, so that there is nothing to wait for.
                GracePeriod = TimeSpan.Zero,
                Output = standardOutput,
                Error = standardError,
                // The log keeps the end of the output, which is what an error text needs.
                MaxCapturedOutput = default,
            },
            Inputs = [.. Directories(staging), .. plan.Inputs],
            Outputs = [.. plan.Outputs.Select((wanted, index) => new SandboxCopy(staging.PathOf(index), wanted.GuestPath))],
            PullAfterFailure = plan.IgnoreExitCode,
            OnStarted = Report,
        };
    }

    /// <summary>
    /// Folders that a build would find on the host: the working directory, where it is inside the project's place, and
    /// the folders of the outputs, there or where they are on the host.
    /// </summary>
    private IEnumerable<SandboxCopy> Directories(StagingArea staging)
    {
        var parents = plan.Outputs
            .Select(wanted => wanted.IsDirectory ? wanted.GuestPath : wanted.GuestPath[..wanted.GuestPath.LastIndexOf('/')])
            .Append(plan.WorkingDirectory)
            .Where(directory => directory == GuestLayout.Root || directory.StartsWith(GuestLayout.Root + "/", StringComparison.Ordinal));
        var elsewhere = plan.Outputs
            .Where(wanted => wanted.GuestPath == wanted.HostPath)
            .Select(wanted => wanted.IsDirectory ? wanted.GuestPath : Path.GetDirectoryName(wanted.GuestPath)!);
        return parents.Concat(elsewhere).Append(GuestLayout.Root).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(directory => new SandboxCopy(staging.EmptyDirectory, directory));
    }

    private void Describe()
    {
        if (!plan.EchoOff)
        {
            log.LogCommandLine(MessageImportance.High, plan.Command);
        }

        foreach (var input in plan.Inputs)
        {
            log.LogMessage(MessageImportance.Low, $"Mayfly: input {input.HostPath} -> {input.GuestPath}");
        }

        foreach (var wanted in plan.Outputs)
        {
            log.LogMessage(MessageImportance.Low, $"Mayfly: output {wanted.GuestPath} -> {wanted.HostPath}");
        }

        log.LogMessage(
            MessageImportance.Low,
            $"Mayfly: working directory {plan.WorkingDirectory}, timeout {(plan.Timeout < TimeSpan.Zero ? "none" : plan.Timeout)}, {plan.Machine}, variables {string.Join(' ', plan.Environment.Keys)}");
    }

    private void Report(Sandbox sandbox)
    {
        _sandbox = sandbox;
        var boot = sandbox.Boot;
        log.LogMessage(
            MessageImportance.Normal,
            $"Mayfly: sandbox {sandbox.Id} is up after {boot.Duration.TotalMilliseconds:0} ms ({boot.Start}: {boot.StartReason}): {boot.Hypervisor}, {boot.Accelerator} ({boot.AcceleratorReason}), {boot.Transport} ({boot.TransportReason}), Linux {GuestText.Neutralise(sandbox.Guest.KernelRelease)}.");
        foreach (var warning in sandbox.Guest.Warnings)
        {
            log.LogMessage(MessageImportance.Normal, $"Mayfly: the guest reports: {GuestText.Neutralise(warning)}");
        }
    }
}
