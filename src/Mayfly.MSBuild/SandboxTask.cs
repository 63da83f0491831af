using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>What SandboxExec and the declarative steps have in common: parameters, cancellation, errors.</summary>
[SuppressMessage("Design", "CA1001", Justification = "MSBuild does not dispose tasks; the source has no timer, so that nothing of it outlives the task.")]
public abstract partial class SandboxTask : MSBuildTask, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Where errors are shown to come from; null for the task itself.</summary>
    private protected virtual string? ErrorFile => null;

    /// <summary>What files in <see cref="LogDirectory"/> are named by; no two commands of a project that may run at once have the same.</summary>
    internal abstract string LogName { get; }

    /// <summary>Where failures are told.</summary>
    private protected FailureLog Failures => new(Log, BuildEngine, ErrorFile);

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
            Failures.Add(exception);
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
        var outcome = await new CommandExecution(plan, new FreshMachine(), Log, Failures).RunAsync(cancellationToken).ConfigureAwait(false);
        ExitCode = outcome.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "";
        ConsoleOutput = [.. outcome.Lines.Select(line => new TaskItem(ItemText.Escape(line)))];
        LogFiles = [.. LogFiles, .. outcome.LogFiles.Select(path => new TaskItem(ItemText.Escape(path)))];
        return outcome.Published;
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
}
