using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Steps;

/// <summary>The order of a project's steps: that of the items, but for steps that depend on later ones.</summary>
internal static class StepOrder
{
    /// <summary>The names a step depends on.</summary>
    public static IReadOnlyList<string> DependenciesOf(ITaskItem step) =>
        step.GetMetadata(StepMetadata.DependsOn).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with the dependencies of one step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="steps">All of them, whose names differ.</param>
    /// <param name="anchors">Where steps can stand, first to last in a build.</param>
    public static IEnumerable<string> FaultsOf(ITaskItem step, IReadOnlyList<ITaskItem> steps, IReadOnlyList<string> anchors)
    {
        foreach (var name in DependenciesOf(step))
        {
            if (IsNamed(step, name))
            {
                yield return $"depends on itself. Remove '{name}' from its {StepMetadata.DependsOn}.";
            }
            else if (steps.FirstOrDefault(other => IsNamed(other, name)) is not { } dependency)
            {
                yield return $"depends on the step '{name}', which does not exist, or not in this build: a step whose Condition is false is none. "
                    + $"There are: {string.Join(", ", steps.Select(other => other.ItemSpec))}. Correct the name, or give {StepMetadata.DependsOn} the same condition.";
            }
            else if (PlaceOf(dependency, anchors) > PlaceOf(step, anchors))
            {
                yield return $"stands {AnchorOf(step)} and depends on '{dependency.ItemSpec}', which stands {AnchorOf(dependency)} and so runs later. "
                    + "Tie it to the same place or a later one.";
            }
        }
    }

    /// <summary>
    /// The steps with every one behind those it depends on, and otherwise in the order given; null where they depend on one another in
    /// a circle. Every dependency must be among the steps.
    /// </summary>
    public static IReadOnlyList<ITaskItem>? Sort(IReadOnlyList<ITaskItem> steps)
    {
        var waiting = steps.ToList();
        var sorted = new List<ITaskItem>();
        while (waiting.Count > 0)
        {
            if (waiting.Find(step => !DependenciesOf(step).Any(name => waiting.Exists(other => IsNamed(other, name)))) is not { } next)
            {
                return null;
            }

            waiting.Remove(next);
            sorted.Add(next);
        }

        return sorted;
    }

    /// <summary>One circle of steps that depend on one another, the first one at both ends; there must be one.</summary>
    public static IReadOnlyList<string> FindCycle(IReadOnlyList<ITaskItem> steps)
    {
        // What is not in a circle, nor depends on one, falls away; from any other step every way leads into a circle in the end.
        var left = steps.ToList();
        while (left.RemoveAll(step => !DependenciesOf(step).Any(name => left.Exists(other => IsNamed(other, name)))) > 0)
        {
        }

        var path = new List<ITaskItem>();
        var current = left[0];
        while (!path.Contains(current))
        {
            path.Add(current);
            current = left.First(other => DependenciesOf(current).Any(name => IsNamed(other, name)));
        }

        return [.. path.Skip(path.IndexOf(current)).Append(current).Select(step => step.ItemSpec)];
    }

    private static bool IsNamed(ITaskItem step, string name) => step.ItemSpec.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string AnchorOf(ITaskItem step) =>
        step.GetMetadata(StepMetadata.BeforeTargets) is { Length: > 0 } before ? $"before {before}" : $"after {step.GetMetadata(StepMetadata.AfterTargets)}";

    private static int PlaceOf(ITaskItem step, IReadOnlyList<string> anchors) =>
        anchors.Select((anchor, place) => (anchor, place)).FirstOrDefault(pair => pair.anchor.Equals(AnchorOf(step), StringComparison.OrdinalIgnoreCase)).place;
}
