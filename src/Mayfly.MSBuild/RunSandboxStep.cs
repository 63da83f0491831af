using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild;

/// <summary>Runs one SandboxStep item unless its outputs are current. Called by Mayfly.MSBuild.targets.</summary>
[MSBuildMultiThreadableTask]
public sealed partial class RunSandboxStep : SandboxTask
{
    private const string CompiledExtension = ".cs";

    /// <summary>The item.</summary>
    [Required]
    public ITaskItem Step { get; set; } = null!;

    /// <summary>Files for each of which the step runs once, each with outputs and a stamp of its own; counts where the item has such metadata.</summary>
    public ITaskItem[] ForEach { get; set; } = [];

    /// <summary>Where stamps are kept.</summary>
    [Required]
    public string StampDirectory { get; set; } = "";

    /// <summary>Whether a machine may start. Without, the outputs of the last run are reported as they are.</summary>
    public bool MayRun { get; set; } = true;

    /// <summary>The stamps and every file that is in place.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>Those of the files that the project compiles.</summary>
    [Output]
    public ITaskItem[] CompiledFiles { get; private set; } = [];

    internal override string LogName => Step.ItemSpec;

    private protected override string? ErrorFile => StepMetadata.FileOf(Step) is { Length: > 0 } file ? file : null;

    private protected override string? Subject => $"the step '{Step.ItemSpec}'";

    private protected override IEnumerable<string> PrivateFolders => base.PrivateFolders.Append(StampDirectory);

    private bool IsForEach => !string.IsNullOrWhiteSpace(Step.GetMetadata(nameof(ForEach)));

    private protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        StepMetadata.Apply(Step, this);
        var layout = Layout();
        Command = FolderText.InGuest(Command, OutputRoots, layout);
        WorkingDirectory = FolderText.InGuest(WorkingDirectory ?? "", OutputRoots, layout);
        EnvironmentVariables = [.. EnvironmentVariables.Select(entry => FolderText.InGuest(entry, OutputRoots, layout))];
        var stamps = new StepStamps(layout.HostPath(StampDirectory), Step.ItemSpec);
        var units = Units(layout, stamps);
        if (!MayRun)
        {
            Report(layout, units, units.SelectMany(unit => unit.LastFiles).Where(File.Exists));
            return true;
        }

        var image = units.Count == 0 ? null : await SandboxImage.FindDigestAsync(units[0].Plan.Machine.Content(), cancellationToken).ConfigureAwait(false);
        var runs = IsForEach
            ? await RunEachAsync(units, image, layout, cancellationToken).ConfigureAwait(false)
            : [await RunOnceAsync(units[0], image, layout, cancellationToken).ConfigureAwait(false)];
        Report([.. runs.OfType<StepRun>().Select(run => run.Outcome).OfType<CommandOutcome>()]);
        if (!runs.All(run => run?.Published is not null))
        {
            return false;
        }

        foreach (var gone in stamps.All().Except(units.Select(unit => unit.StampPath), StringComparer.Ordinal))
        {
            // The stamp last, so that the next build knows what this one has not got to.
            var made = StepStamp.Read(gone)?.Files.Select(file => file.Path) ?? [];
            Remove(layout, made.Where(path => !units.Any(unit => unit.Makes(path))).Append(gone));
        }

        Report(layout, units, runs.SelectMany(run => run!.Published!));
        return true;
    }

    /// <summary>Runs a step that is one command, in a machine of its own or in its session's.</summary>
    private async Task<StepRun> RunOnceAsync(StepUnit unit, string? image, GuestLayout layout, CancellationToken cancellationToken)
    {
        using var turn = await EnterSessionAsync(Step.ItemSpec, unit.Plan, cancellationToken).ConfigureAwait(false);
        var isCurrent = await unit.IsCurrentAsync(image, turn?.PredecessorKeys ?? [], [], cancellationToken).ConfigureAwait(false);
        if (isCurrent && turn?.MustRun != true)
        {
            Log.LogMessage(MessageImportance.Normal, $"Mayfly: step '{Step.ItemSpec}' is up to date.");
            turn?.Skip(unit.Plan, unit.Key);
            return new StepRun(unit.LastFiles, null);
        }

        Tell(Subject!, unit.ReasonToRun(layout.ProjectPath, turn?.MustRun == true ? "an earlier step of its session ran" : null));
        var outcome = turn is null
            ? await PerformAsync(PlanOf(unit, [unit]), new FreshMachine(), Subject, publishes: true, cancellationToken).ConfigureAwait(false)
            : await PerformAsync(turn, Step.ItemSpec, PlanOf(unit, [unit]), unit.Key, cancellationToken).ConfigureAwait(false);
        return await RememberAsync(unit, image, outcome, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Files may be named as their makers like.</summary>
    private void Tell(string subject, string reason) => Log.LogMessage(MessageImportance.Normal, GuestText.Neutralise($"Mayfly: {subject} runs: {reason}."));

    /// <summary>With what the unit made the last time and no other makes now.</summary>
    private static CommandPlan PlanOf(StepUnit unit, IReadOnlyList<StepUnit> all) =>
        unit.Plan with { LastFiles = [.. unit.LastFiles.Where(path => !all.Any(other => other != unit && other.Makes(path)))] };

    /// <summary>Writes the stamp of a success.</summary>
    private static async Task<StepRun> RememberAsync(StepUnit unit, string? image, CommandOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Published is { } published)
        {
            // The machine's own start has made the image where it was not there.
            image ??= await SandboxImage.FindDigestAsync(unit.Plan.Machine.Content(), cancellationToken).ConfigureAwait(false);
            unit.Remember(image, published);
        }

        return new StepRun(outcome.Published, outcome);
    }

    private IReadOnlyList<StepUnit> Units(GuestLayout layout, StepStamps stamps)
    {
        var plan = CommandPlan.Of(this, layout);
        Recover(plan);
        return IsForEach
            ? [.. ForEachPlans.Of(plan, ForEach, Outputs, layout).Select(each => Unit(each.Plan, stamps.PathOf(each.File), each.File))]
            : [Unit(plan, stamps.PathOfStep, null)];
    }

    /// <summary>Its logs are named as its stamp is.</summary>
    private static StepUnit Unit(CommandPlan plan, string stampPath, string? file) =>
        new(plan with { StampPath = stampPath, KeepsUnchanged = true, LogName = Path.GetFileNameWithoutExtension(stampPath) }, stampPath, file);

    /// <summary>What the step made for files that are gone, and their stamps.</summary>
    private static void Remove(GuestLayout layout, IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(layout.IsAllowed).ToList())
        {
            try
            {
                OldFile.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new SandboxTransferException(
                    ErrorCode.HostWriteFailed, $"'{path}', which the step made before and no longer does, can't be removed: {exception.Message} Remove it.", exception);
            }
        }
    }

    private void Report(GuestLayout layout, IReadOnlyList<StepUnit> units, IEnumerable<string> files)
    {
        var paths = files.Select(layout.ProjectPath).ToList();
        var compile = TaskText.Name<CompileMode>(Step.GetMetadata(StepMetadata.Compile), StepMetadata.Compile);
        Files = [.. paths.Concat(units.Select(unit => layout.ProjectPath(unit.StampPath))).Select(Item)];
        CompiledFiles = compile switch
        {
            CompileMode.True => [.. paths.Select(Item)],
            CompileMode.False => [],
            _ => [.. paths.Where(path => path.EndsWith(CompiledExtension, StringComparison.OrdinalIgnoreCase)).Select(Item)],
        };
    }

    private static TaskItem Item(string path) => new(ItemText.Escape(path));

    private enum CompileMode
    {
        False = 0,
        True = 1,
    }
}
