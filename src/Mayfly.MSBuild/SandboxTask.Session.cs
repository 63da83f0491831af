using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <content>Machines that several tasks share.</content>
public abstract partial class SandboxTask
{
    /// <summary>
    /// The project file, which with the build's global properties tells whose <see cref="Session"/> it is. Default: the file that holds
    /// the task. Needed for a session where the task stands in an imported file: <c>$(MSBuildProjectFullPath)</c>.
    /// </summary>
    public string? ProjectFile { get; set; }

    /// <summary>Waits for the task's turn in its session; null where it has none.</summary>
    /// <exception cref="MayflyException">MAY1104, MAY1107 or MAY1115: there is no such session to be had.</exception>
    private protected async Task<SessionTurn?> EnterSessionAsync(string step, CommandPlan plan, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Session))
        {
            return null;
        }

        if (BuildEngine is not IBuildEngine6 engine)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid, $"Session is '{Session}', but this MSBuild keeps nothing from one task to the next. Build with the .NET SDK's 'dotnet build'.");
        }

        var session = Sessions.Find(engine, FindProjectFile(), Session.Trim());
        return await session.EnterAsync(step, plan.Machine, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a command in its session, after those before it that the machine has not seen.</summary>
    private protected async Task<CommandOutcome> PerformAsync(SessionTurn turn, string step, CommandPlan plan, string key, CancellationToken cancellationToken)
    {
        foreach (var skipped in turn.Unseen)
        {
            Log.LogMessage(
                MessageImportance.Normal, $"Mayfly: step '{skipped.Name}' is up to date, and done again in the machine of the session '{Session}' for what '{step}' may need of it.");
            turn.Resume(skipped);
            var again = await PerformAsync(skipped.Plan, turn, $"the step '{skipped.Name}' (done again for '{step}')", publishes: false, cancellationToken).ConfigureAwait(false);
            if (again.Published is null)
            {
                return again;
            }

            skipped.IsInMachine = true;
        }

        turn.Begin(plan, key);
        return await PerformAsync(plan, turn, Subject, publishes: true, cancellationToken).ConfigureAwait(false);
    }

    private string FindProjectFile()
    {
        if (!string.IsNullOrWhiteSpace(ProjectFile))
        {
            return Path.GetFullPath(ProjectFile, FindProjectDirectory());
        }

        var file = BuildEngine.ProjectFileOfTaskNode;
        return IsProject(file)
            ? Path.GetFullPath(file)
            : throw new SandboxConfigurationException(
                ErrorCode.TaskProjectDirectoryUnknown,
                $"this task stands in '{Path.GetFileName(file)}', which is not a project file, so it can't tell whose session '{Session}' is. Add ProjectFile=\"$(MSBuildProjectFullPath)\" to it.");
    }

    private static bool IsProject(string file) => file.EndsWith("proj", StringComparison.OrdinalIgnoreCase);
}
