using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Steps;

/// <summary>Makes of a step with ForEach a plan for each of its files.</summary>
internal static class ForEachPlans
{
    /// <summary>The plans, in the order of the files; a file that is named twice has one.</summary>
    /// <param name="plan">The step's, with placeholders.</param>
    /// <param name="files">The files.</param>
    /// <param name="outputs">The step's outputs, with placeholders.</param>
    /// <param name="layout">Where files are.</param>
    /// <exception cref="SandboxConfigurationException">MAY1102, MAY1104 or MAY1105; MAY1108 where two files would make the same output.</exception>
    public static IReadOnlyList<(string File, CommandPlan Plan)> Of(
        CommandPlan plan, IEnumerable<ITaskItem> files, IReadOnlyList<ITaskItem> outputs, GuestLayout layout)
    {
        var plans = files
            .Select(file => (Item: file, Copy: layout.Input(file)))
            .DistinctBy(file => file.Copy.HostPath)
            .Select(file => (layout.ProjectPath(file.Copy.HostPath), Fill(plan, new Placeholders(file.Item, file.Copy.GuestPath), file.Copy, outputs, layout)))
            .ToList();
        RequireDisjoint(plans);
        return plans;
    }

    private static CommandPlan Fill(CommandPlan plan, Placeholders placeholders, SandboxCopy file, IReadOnlyList<ITaskItem> outputs, GuestLayout layout)
    {
        var environment = placeholders.Variables.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in plan.Environment)
        {
            environment[name] = placeholders.Fill(value, nameof(SandboxTask.EnvironmentVariables));
        }

        var workingDirectory = GuestLayout.WorkingDirectory(placeholders.Fill(plan.WorkingDirectory, nameof(plan.WorkingDirectory)));
        IReadOnlyList<SandboxCopy> inputs = plan.Inputs.Contains(file) ? plan.Inputs : [.. plan.Inputs, file];
        InputPlaces.RequireApart(inputs);
        IReadOnlyList<DeclaredOutput> filled = [.. outputs.Select(output => layout.Output(output, text => placeholders.Fill(text, nameof(plan.Outputs))))];
        return plan with
        {
            Command = placeholders.FillScript(plan.Command, nameof(plan.Command)),
            WorkingDirectory = workingDirectory,
            Environment = environment,
            Inputs = inputs,
            Outputs = filled,
            Format = plan.Format with { Paths = layout.Paths(inputs, filled, plan.Machine.AllLayers, workingDirectory) },
        };
    }

    /// <summary>The order in which files are done is nobody's, so that one output must be one file's.</summary>
    private static void RequireDisjoint(IReadOnlyList<(string File, CommandPlan Plan)> plans)
    {
        var places = plans
            .SelectMany(plan => plan.Plan.Outputs.Select(output => (plan.File, Path: output.HostPath + Path.DirectorySeparatorChar)))
            .OrderBy(place => place.Path, StringComparer.Ordinal)
            .ToList();

        // A folder sorts directly before what is in it, so that neighbours tell; the outer one of several stays to compare with.
        var outer = 0;
        for (var index = 1; index < places.Count; index++)
        {
            if (!places[index].Path.StartsWith(places[outer].Path, StringComparison.Ordinal))
            {
                outer = index;
            }
            else if (places[index].File != places[outer].File)
            {
                throw new SandboxConfigurationException(
                    ErrorCode.TaskStepInvalid,
                    $"the outputs for '{places[outer].File}' and '{places[index].File}' collide at '{Path.TrimEndingDirectorySeparator(places[index].Path)}'. "
                    + "Let Outputs hold what tells the files of ForEach apart, such as {RecursiveDir}{Filename}{Extension}.");
            }
        }
    }
}
