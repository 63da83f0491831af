using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <content>A step that runs once for each of its files.</content>
public sealed partial class RunSandboxStep
{
    /// <summary>Of the machines at once that nobody has set: each takes its memory as well as a processor.</summary>
    private const int MostByDefault = 4;

    /// <summary>
    /// Runs the step for each file that is not current, several at once. When one fails, those that run are finished and no other is
    /// begun.
    /// </summary>
    /// <returns>In the order of the files; null for one that was not begun.</returns>
    private async Task<IReadOnlyList<StepRun?>> RunEachAsync(
        IReadOnlyList<StepUnit> units, string? image, GuestLayout layout, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel(), CancellationToken = cancellationToken };
        var runs = new StepRun?[units.Count];
        var stale = new List<int>();
        for (var index = 0; index < units.Count; index++)
        {
            // What all files have in common is read once.
            var read = index == 0 ? [] : units[index - 1].Inputs;
            if (await units[index].IsCurrentAsync(image, [], read, cancellationToken).ConfigureAwait(false))
            {
                runs[index] = new StepRun(units[index].LastFiles, null);
            }
            else
            {
                stale.Add(index);
            }
        }

        Log.LogMessage(MessageImportance.Normal, $"Mayfly: step '{Step.ItemSpec}' is up to date for {units.Count - stale.Count} of its {units.Count} files.");
        var hasFailed = false;
        await Parallel.ForEachAsync(stale, parallel, async (index, token) =>
        {
            if (!Volatile.Read(ref hasFailed))
            {
                var run = await RunForAsync(units[index], units, image, layout, token).ConfigureAwait(false);
                runs[index] = run;
                if (run.Published is null)
                {
                    Volatile.Write(ref hasFailed, true);
                }
            }
        }).ConfigureAwait(false);
        return runs;
    }

    private async Task<StepRun> RunForAsync(
        StepUnit unit, IReadOnlyList<StepUnit> all, string? image, GuestLayout layout, CancellationToken cancellationToken)
    {
        var subject = $"{Subject} for '{unit.File}'";
        Tell(subject, unit.ReasonToRun(layout.ProjectPath, otherwise: null));
        try
        {
            var outcome = await PerformAsync(PlanOf(unit, all), new FreshMachine(), subject, publishes: true, cancellationToken).ConfigureAwait(false);
            return await RememberAsync(unit, image, outcome, cancellationToken).ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            // Of the stamp: the others must be told of all the same.
            Failures.Add(exception);
            return new StepRun(null, null);
        }
    }

    private int MaxParallel() => TaskText.Number(Step.GetMetadata(StepMetadata.MaxParallel), StepMetadata.MaxParallel) switch
    {
        null => Math.Min(Environment.ProcessorCount, MostByDefault),
        { } most and >= 1 => most,
        { } other => throw new SandboxConfigurationException(
            ErrorCode.TaskParameterInvalid, $"{StepMetadata.MaxParallel} is {other}, but must be at least 1. Leave it out for as many as there are processors, up to {MostByDefault}."),
    };
}
