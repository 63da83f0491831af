using Mayfly.Diagnostics;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>Removes what steps have put in place, the folders that are empty then, and their stamps. Called by Mayfly.MSBuild.targets.</summary>
[MSBuildMultiThreadableTask]
public sealed class CleanSandboxSteps : MSBuildTask
{
    /// <summary>What relative paths start from.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Where stamps are kept.</summary>
    [Required]
    public string StampDirectory { get; set; } = "";

    /// <summary>Folders outside the project directory that may hold outputs.</summary>
    public string[] OutputRoots { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var project = Path.TrimEndingDirectorySeparator(Path.GetFullPath(ProjectDirectory));
        var layout = new GuestLayout(project, [.. OutputRoots.Where(root => root.Length > 0).Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root, project)))]);
        var stamps = layout.HostPath(StampDirectory);
        if (!Directory.Exists(stamps))
        {
            return true;
        }

        try
        {
            foreach (var left in StagingArea.Recover(stamps, layout.Roots))
            {
                Log.LogWarning(null, ErrorCode.HostWriteFailed, null, null, 0, 0, 0, 0, left);
            }

            RemoveAll(layout, stamps);
        }
        catch (MayflyException exception)
        {
            // What is removed now would be back with the next recovery.
            Log.LogWarning(null, exception.Code, null, null, 0, 0, 0, 0, $"nothing of the sandboxed steps was removed: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.LogWarning(null, ErrorCode.HostWriteFailed, null, null, 0, 0, 0, 0, $"'{stamps}' can't be read: {exception.Message} Remove it by hand, and what the steps made.");
        }

        return true;
    }

    private void RemoveAll(GuestLayout layout, string stamps)
    {
        foreach (var path in Directory.EnumerateFiles(stamps, "*" + StepStamps.Extension).ToList())
        {
            var files = StepStamp.Read(path)?.Files ?? [];
            foreach (var file in files)
            {
                Remove(layout, file.Path);
            }

            EmptyFolders.Remove(files.Select(file => Path.GetDirectoryName(file.Path)!), layout.Roots);
            Remove(layout, path);
        }

        foreach (var half in Directory.EnumerateFiles(stamps, "*" + StepStamp.HalfExtension).ToList())
        {
            Remove(layout, half);
        }

        foreach (var path in LogsIn(stamps))
        {
            Remove(layout, path);
        }

        EmptyFolders.Remove([Path.Combine(stamps, CommandPlan.LogFolder), stamps], layout.Roots);
    }

    private static IEnumerable<string> LogsIn(string stamps) =>
        Path.Combine(stamps, CommandPlan.LogFolder) is var logs && Directory.Exists(logs) ? Directory.GetFiles(logs) : [];

    /// <summary>As Clean does it: what can't be removed is told, and no more.</summary>
    private void Remove(GuestLayout layout, string path)
    {
        try
        {
            if (layout.IsAllowed(path))
            {
                OldFile.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Normal, $"Mayfly: '{path}' could not be removed: {exception.Message}");
        }
    }
}
