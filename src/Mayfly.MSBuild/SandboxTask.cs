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

    /// <summary>What errors of a command and its parameters are about, such as <c>the step 'a'</c>; null where their place in the project file tells.</summary>
    private protected virtual string? Subject => null;

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
        catch (SandboxConfigurationException exception)
        {
            // Items of a project file have no lines to go by, so that the name tells whose parameter it is.
            new FailureLog(Log, BuildEngine, ErrorFile, Subject).Add(exception);
            return false;
        }
        catch (MayflyException exception)
        {
            Failures.Add(exception);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whatever was not foreseen: a build's log shows no stack traces for a full disk.
            Failures.Add(ErrorCode.HostWriteFailed, $"a file of the project can't be read or written: {exception.Message} Check its rights and the free space.");
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
            [.. OutputRoots.Where(root => root.Length > 0).Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root, directory)))])
        {
            AllowsConfigurationFiles = AllowConfigurationFiles,
            Reserved = Reserved(directory),
        };
    }

    /// <summary>Runs a command in a machine and puts its outputs in place; what went wrong is told.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="machines">Where.</param>
    /// <param name="subject">What errors are about; null where their place tells.</param>
    /// <param name="publishes">Whether its outputs are put in place.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private protected async Task<CommandOutcome> PerformAsync(
        CommandPlan plan, IMachineSource machines, string? subject, bool publishes, CancellationToken cancellationToken)
    {
        var failures = new FailureLog(Log, BuildEngine, ErrorFile, subject);
        try
        {
            return await new CommandExecution(plan, machines, Log, failures).RunAsync(publishes, cancellationToken).ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            failures.Add(exception);
            return new CommandOutcome(null, null, []);
        }
    }

    /// <summary>Hands on what became of the commands: all their lines, and the exit code of the first that did not succeed.</summary>
    private protected void Report(IReadOnlyList<CommandOutcome> outcomes)
    {
        // Failures sort first, then codes that are ignored; the order is otherwise kept.
        var telling = outcomes.OrderBy(outcome => outcome.Published is null ? 0 : outcome.ExitCode == 0 ? 2 : 1).FirstOrDefault();
        ExitCode = telling?.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "";
        ConsoleOutput = [.. outcomes.SelectMany(outcome => outcome.Lines).Select(line => new TaskItem(ItemText.Escape(line)))];
        LogFiles = [.. outcomes.SelectMany(outcome => outcome.LogFiles).Select(path => new TaskItem(ItemText.Escape(path)))];
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
        return IsProject(file) && Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory
            ? directory
            : throw new SandboxConfigurationException(
                ErrorCode.TaskProjectDirectoryUnknown,
                $"this task stands in '{Path.GetFileName(file)}', which is not a project file, so it can't tell what relative paths start from. Add ProjectDirectory=\"$(MSBuildProjectDirectory)\" to it.");
    }
}
