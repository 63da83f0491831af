using Mayfly.Diagnostics;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>What SandboxExec and the declarative steps have in common: parameters, cancellation, errors.</summary>
#pragma warning disable CA1001 // MSBuild does not dispose tasks; the source has no timer, so that nothing of it outlives the task.
public abstract class SandboxTask : MSBuildTask, ICancelableTask
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>A shell script, of one line or several, run by <c>/bin/sh -c</c> in the guest.</summary>
    public string Command { get; set; } = "";

    /// <summary>Milliseconds or a time span such as <c>00:01:00</c>. Default: no limit.</summary>
    public string? Timeout { get; set; }

    /// <summary>
    /// Files and folders pushed into the guest, at the same place relative to <c>/work</c> as they have relative to the
    /// project directory; metadata <c>GuestPath</c> names another.
    /// </summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>
    /// Files, and folders with a trailing slash, pulled out of the guest when the command has succeeded: all or none.
    /// Metadata <c>GuestPath</c> as with <see cref="Inputs"/>.
    /// </summary>
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>In the guest, absolute or relative to <c>/work</c>, which is the default.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary><c>NAME=value</c> entries. Nothing of the host's environment is passed on.</summary>
    public string[] EnvironmentVariables { get; set; } = [];

    /// <summary>Whether a command that exits with another code than zero has succeeded all the same.</summary>
    public bool IgnoreExitCode { get; set; }

    /// <summary>The machine's memory, such as <c>512M</c>, which also bounds its file system. Default 512 MiB.</summary>
    public string? Memory { get; set; }

    /// <summary>The machine's processors. Default 1.</summary>
    public string? Cpus { get; set; }

    /// <summary><c>Auto</c>, <c>Kvm</c> or <c>Tcg</c>. Default <c>Auto</c>.</summary>
    public string? Acceleration { get; set; }

    /// <summary>How the machine is reached: <c>Auto</c>, <c>Vsock</c>, <c>KernelVsock</c>, <c>Serial</c> or <c>Ssh</c>. Default <c>Auto</c>.</summary>
    public string? Transport { get; set; }

    /// <summary>
    /// The machine's network card: <c>none</c>, <c>user</c> (QEMU's own, with no way out), <c>user:outbound</c> (which also
    /// reaches services on the host's loopback), <c>tap</c> or <c>tap:BRIDGE</c>. Default <c>none</c>.
    /// </summary>
    public string? Network { get; set; }

    /// <summary>
    /// Whether the machine is booted rather than cloned from a template of a machine like it. Default: no.
    /// </summary>
    public bool Cold { get; set; }

    /// <summary>Importance of ordinary lines on standard output. Default High.</summary>
    public string? StandardOutputImportance { get; set; }

    /// <summary>Importance of ordinary lines on standard error. Default High.</summary>
    public string? StandardErrorImportance { get; set; }

    /// <summary>Whether lines in the shape of errors and warnings stay messages.</summary>
    public bool IgnoreStandardErrorWarningFormat { get; set; }

    /// <summary>Lines that are errors, whatever their shape.</summary>
    public string? CustomErrorRegularExpression { get; set; }

    /// <summary>Lines that are warnings, whatever their shape.</summary>
    public string? CustomWarningRegularExpression { get; set; }

    /// <summary>Whether every line on standard error is an error.</summary>
    public bool LogStandardErrorAsError { get; set; }

    /// <summary>Whether the command itself stays out of the log.</summary>
    public bool EchoOff { get; set; }

    /// <summary>Whether <see cref="ConsoleOutput"/> is filled.</summary>
    public bool ConsoleToMSBuild { get; set; }

    /// <summary>
    /// What relative host paths start from. Default: the folder of the project file that holds the task. Needed where
    /// the task stands in an imported file: <c>$(MSBuildProjectDirectory)</c>.
    /// </summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Folders outside the project directory that may receive outputs, such as <c>$(OutDir)</c>.</summary>
    public string[] OutputRoots { get; set; } = [];

    /// <summary>Where outputs wait until all of them are there. Default <c>obj/mayfly</c> in the project directory.</summary>
    public string StagingDirectory { get; set; } = "obj/mayfly";

    /// <summary>The exit code; empty where the command did not run or did not exit, never a made-up number.</summary>
    [Output]
    public string ExitCode { get; set; } = "";

    /// <summary>The lines of both outputs, where <see cref="ConsoleToMSBuild"/> is set; without empty ones.</summary>
    [Output]
    public ITaskItem[] ConsoleOutput { get; set; } = [];

    /// <summary>Where errors are shown to come from; null for the task itself.</summary>
    private protected virtual string? ErrorFile => null;

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            // The one bridge from async to sync: MSBuild's contract for tasks is synchronous.
            return RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.High, "The sandboxed command was cancelled.");
            return false;
        }
        catch (MayflyException exception)
        {
            LogFailure(exception);
            return false;
        }
    }

    /// <summary>Does the task's work.</summary>
    private protected abstract Task<bool> RunAsync(CancellationToken cancellationToken);

    /// <summary>Paths of this project.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1107: nobody says where the project is.</exception>
    private protected GuestLayout Layout()
    {
        var directory = FindProjectDirectory();
        return new GuestLayout(
            directory,
            [.. OutputRoots.Where(root => root.Length > 0).Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root, directory)))]);
    }

    /// <summary>Runs the command in a machine and puts its outputs in place.</summary>
    /// <returns>The files that were put in place, or null where the command failed.</returns>
    private protected async Task<IReadOnlyList<string>?> PerformAsync(CommandPlan plan, CancellationToken cancellationToken)
    {
        var output = new OutputLog(Log, plan.Format);
        var run = new SandboxRun(plan, output, Log);
        try
        {
            using var staging = StagingArea.Create(plan.StagingDirectory);
            var result = await run.RunAsync(staging, cancellationToken).ConfigureAwait(false);
            ExitCode = result.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
            if (output.HasErrors && !plan.IgnoreExitCode)
            {
                return null;
            }

            cancellationToken.ThrowIfCancellationRequested();
            return OutputSet.Collect(plan.Outputs, staging).Publish();
        }
        catch (ExecException exception)
        {
            ExitCode = exception.Result.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
            LogFailure(exception.Code, output.AppendTail(exception.Message));
            return null;
        }
        finally
        {
            ConsoleOutput = [.. output.Collected.Select(line => new TaskItem(ItemText.Escape(line)))];
        }
    }

    private string FindProjectDirectory()
    {
        if (!string.IsNullOrWhiteSpace(ProjectDirectory))
        {
            return Path.IsPathFullyQualified(ProjectDirectory)
                ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(ProjectDirectory))
                : throw new SandboxConfigurationException(
                    ErrorCode.TaskParameterInvalid, $"ProjectDirectory is '{ProjectDirectory}', but must be absolute. Write $(MSBuildProjectDirectory).");
        }

        // Not the current directory: in MSBuild's multi-threaded mode that is nobody's in particular.
        var file = BuildEngine.ProjectFileOfTaskNode;
        return file.EndsWith("proj", StringComparison.OrdinalIgnoreCase) && Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory
            ? directory
            : throw new SandboxConfigurationException(
                ErrorCode.TaskProjectDirectoryUnknown,
                $"this task stands in '{Path.GetFileName(file)}', which is not a project file, so it can't tell what relative paths start from. Add ProjectDirectory=\"$(MSBuildProjectDirectory)\" to it.");
    }

    private void LogFailure(MayflyException exception) => LogFailure(exception.Code, exception.Message);

    /// <summary>Messages hold text of the guest's, and lead with their code, which MSBuild shows itself.</summary>
    private void LogFailure(string code, string message)
    {
        var text = message.StartsWith($"{code}: ", StringComparison.Ordinal) ? message[(code.Length + 2)..] : message;
        var file = ErrorFile;
        Log.LogError(
            subcategory: null,
            code,
            helpKeyword: null,
            file ?? BuildEngine.ProjectFileOfTaskNode,
            file is null ? BuildEngine.LineNumberOfTaskNode : 0,
            file is null ? BuildEngine.ColumnNumberOfTaskNode : 0,
            0,
            0,
            CiText.NeutraliseLines(text));
    }
}
