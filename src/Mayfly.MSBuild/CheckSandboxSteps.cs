using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>
/// Checks all SandboxStep items of a project before the first one runs, so that a step with a slip in it is an error
/// and not a step that silently never runs. Called by Mayfly.MSBuild.targets.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed partial class CheckSandboxSteps : MSBuildTask
{
    /// <summary>The items.</summary>
    public ITaskItem[] Steps { get; set; } = [];

    /// <summary>Targets a step can stand before.</summary>
    [Required]
    public string[] BeforeAnchors { get; set; } = [];

    /// <summary>Targets a step can stand after.</summary>
    [Required]
    public string[] AfterAnchors { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var step in Steps)
        {
            foreach (var fault in FaultsOf(step))
            {
                var file = step.GetMetadata("DefiningProjectFullPath");
                Log.LogError(null, ErrorCode.TaskStepInvalid, null, file, 0, 0, 0, 0, $"the step '{step.ItemSpec}' {fault}");
            }
        }

        foreach (var twice in Steps.GroupBy(step => step.ItemSpec, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            Log.LogError(null, ErrorCode.TaskStepInvalid, null, twice.First().GetMetadata("DefiningProjectFullPath"), 0, 0, 0, 0, $"the step '{twice.Key}' exists {twice.Count()} times. Give each a name of its own.");
        }

        return !Log.HasLoggedErrors;
    }

    private IEnumerable<string> FaultsOf(ITaskItem step)
    {
        if (!StepName().IsMatch(step.ItemSpec))
        {
            yield return "needs a name of letters, digits, '-', '_' and '.' in Include, because a stamp file is named by it.";
        }

        if (string.IsNullOrWhiteSpace(step.GetMetadata(nameof(SandboxTask.Command))))
        {
            yield return "has no Command.";
        }

        foreach (var name in step.CloneCustomMetadata().Keys.Cast<string>().Except(StepMetadata.Known, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"has the metadata '{name}', which means nothing. There are: {string.Join(", ", StepMetadata.Known)}.";
        }

        var before = step.GetMetadata(StepMetadata.BeforeTargets);
        var after = step.GetMetadata(StepMetadata.AfterTargets);
        if ((before.Length == 0) == (after.Length == 0))
        {
            yield return $"needs either {StepMetadata.BeforeTargets} or {StepMetadata.AfterTargets}. {Anchors()}";
        }
        else if (!(before.Length > 0 ? BeforeAnchors : AfterAnchors).Contains(before + after, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"stands {(before.Length > 0 ? "before" : "after")} '{before + after}', which is none of the targets a step can be tied to. {Anchors()}";
        }
    }

    private string Anchors() =>
        $"{StepMetadata.BeforeTargets} is one of {string.Join(", ", BeforeAnchors)}; {StepMetadata.AfterTargets} is one of {string.Join(", ", AfterAnchors)}. For any other place call the SandboxExec task in a target of your own.";

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex StepName();
}
