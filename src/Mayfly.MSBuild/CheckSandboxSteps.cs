using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>
/// Checks all SandboxStep items of a project before the first one runs, so that a step with a slip in it is an error
/// and not a step that silently never runs, and brings them into the order they are to run in. Called by Mayfly.MSBuild.targets.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed partial class CheckSandboxSteps : MSBuildTask
{
    /// <summary>The items.</summary>
    public ITaskItem[] Steps { get; set; } = [];

    /// <summary>The <c>SandboxStepInput</c> items, each of which names its step.</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>The <c>SandboxStepOutput</c> items.</summary>
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>The <c>SandboxStepLayer</c> items.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>Targets a step can stand before.</summary>
    [Required]
    public string[] BeforeAnchors { get; set; } = [];

    /// <summary>Targets a step can stand after.</summary>
    [Required]
    public string[] AfterAnchors { get; set; } = [];

    /// <summary>Where steps can stand, such as <c>before CoreCompile</c>, first to last in a build.</summary>
    [Required]
    public string[] AnchorOrder { get; set; } = [];

    /// <summary>The items, each behind those it depends on.</summary>
    [Output]
    public ITaskItem[] Ordered { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var step in Steps)
        {
            foreach (var fault in FaultsOf(step))
            {
                RefuseStep(step, fault);
            }
        }

        foreach (var twice in Steps.GroupBy(step => step.ItemSpec, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            RefuseStep(twice.First(), $"exists {twice.Count()} times. Give each a name of its own.");
        }

        RequireSteps(Inputs, "SandboxStepInput");
        RequireSteps(Outputs, "SandboxStepOutput");
        RequireSteps(Layers, "SandboxStepLayer");
        if (!Log.HasLoggedErrors)
        {
            Order();
        }

        return !Log.HasLoggedErrors;
    }

    private void Order()
    {
        foreach (var step in Steps)
        {
            foreach (var fault in StepOrder.FaultsOf(step, Steps, AnchorOrder))
            {
                RefuseStep(step, fault);
            }
        }

        if (Log.HasLoggedErrors)
        {
            return;
        }

        if (StepOrder.Sort(Steps) is not { } ordered)
        {
            var cycle = StepOrder.FindCycle(Steps);
            var first = Steps.First(step => step.ItemSpec == cycle[0]);
            RefuseStep(first, $"depends on itself by way of others: {string.Join(" -> ", cycle)}. Remove one of these from a {StepMetadata.DependsOn}.");
            return;
        }

        foreach (var step in ordered)
        {
            step.SetMetadata(StepMetadata.DefinedIn, ItemText.Escape(StepMetadata.FileOf(step)));
        }

        Ordered = [.. ordered];
    }

    /// <summary>An item that belongs to no step would be left out without a word.</summary>
    private void RequireSteps(IEnumerable<ITaskItem> items, string type)
    {
        var known = Steps.Select(step => step.ItemSpec).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A wildcard is many items with one slip.
        foreach (var item in items.DistinctBy(item => (item.GetMetadata(StepMetadata.Step), StepMetadata.FileOf(item))))
        {
            var name = item.GetMetadata(StepMetadata.Step);
            if (!known.Contains(name))
            {
                var fault = name.Length == 0
                    ? $"has no {StepMetadata.Step}, so that it belongs to no step"
                    : $"belongs to the step '{name}', which does not exist, or not in this build: a step whose Condition is false is none";
                var steps = known.Count == 0 ? "There are no steps" : $"There are: {string.Join(", ", Steps.Select(step => step.ItemSpec))}";
                Refuse(item, $"the {type} '{item.ItemSpec}' {fault}. {steps}. Write the name of one of them as {StepMetadata.Step}, or give the item the same condition; for several steps write an item for each.");
            }
        }
    }

    private void RefuseStep(ITaskItem step, string fault) => Refuse(step, $"the step '{step.ItemSpec}' {fault}");

    private void Refuse(ITaskItem item, string message) =>
        Log.LogError(null, ErrorCode.TaskStepInvalid, null, StepMetadata.FileOf(item), 0, 0, 0, 0, message);

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

        foreach (var name in step.CloneCustomMetadata().Keys.Cast<string>().Except([.. StepMetadata.Known, StepMetadata.DefinedIn], StringComparer.OrdinalIgnoreCase))
        {
            yield return $"has the metadata '{name}', which means nothing. There are: {string.Join(", ", StepMetadata.Known)}.";
        }

        if (step.GetMetadata(nameof(SandboxTask.Session)).Length > 0 && step.GetMetadata(nameof(RunSandboxStep.ForEach)).Length > 0)
        {
            yield return "has both ForEach, which gives each file a machine of its own, and Session, which shares one. Remove one of them; a loop in Command can go over files in a session.";
        }

        if (step.GetMetadata(nameof(RunSandboxStep.ForEach)).Length == 0 && step.GetMetadata(StepMetadata.MaxParallel).Length > 0)
        {
            yield return $"has {StepMetadata.MaxParallel} but no ForEach, so that there is nothing to do at once. Remove one or add the other.";
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
