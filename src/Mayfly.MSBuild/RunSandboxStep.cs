using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild;

/// <summary>Runs one SandboxStep item unless its outputs are current. Called by Mayfly.MSBuild.targets.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunSandboxStep : SandboxTask
{
    private const string CompiledExtension = ".cs";

    /// <summary>The item.</summary>
    [Required]
    public ITaskItem Step { get; set; } = null!;

    /// <summary>Files for each of which the step runs once, each with outputs and a stamp of its own; empty: it runs once.</summary>
    public ITaskItem[] ForEach { get; set; } = [];

    /// <summary>Where stamps are kept.</summary>
    [Required]
    public string StampDirectory { get; set; } = "";

    /// <summary>Whether a machine may start. Without, the outputs of the last run are reported as they are.</summary>
    public bool MayRun { get; set; } = true;

    /// <summary>The stamp and every file that is in place.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>Those of the files that the project compiles.</summary>
    [Output]
    public ITaskItem[] CompiledFiles { get; private set; } = [];

    internal override string LogName => Step.ItemSpec;

    private protected override string? ErrorFile => StepMetadata.FileOf(Step) is { Length: > 0 } file ? file : null;

    private protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        StepMetadata.Apply(Step, this);
        Command = FolderText.WithSlashes(Command, OutputRoots);
        WorkingDirectory = FolderText.WithSlashes(WorkingDirectory ?? "", OutputRoots);
        EnvironmentVariables = [.. EnvironmentVariables.Select(entry => FolderText.WithSlashes(entry, OutputRoots))];
        var layout = Layout();
        var stampPath = Path.Combine(layout.HostPath(StampDirectory), Step.ItemSpec + StampExtension);
        var plan = CommandPlan.Of(this, layout) with { StampPath = stampPath };
        StagingArea.Recover(plan.StagingDirectory, plan.Roots);
        var stamp = StepStamp.Read(stampPath);
        if (!MayRun)
        {
            Report(layout, stampPath, stamp?.Files.Select(file => file.Path).Where(File.Exists) ?? []);
            return true;
        }

        var key = StepKey.Of(plan);
        if (plan.Outputs.Count > 0 && stamp?.IsCurrent(key) == true)
        {
            Log.LogMessage(MessageImportance.Normal, $"Mayfly: step '{Step.ItemSpec}' is up to date.");
            Report(layout, stampPath, stamp.Files.Select(file => file.Path));
            return true;
        }

        if (await PerformAsync(plan, cancellationToken).ConfigureAwait(false) is not { } published)
        {
            return false;
        }

        RemoveLeftovers(layout, stamp, published);
        new StepStamp(key, [.. published.Select(FileState.Of)]).Write(stampPath);
        Report(layout, stampPath, published);
        return true;
    }

    /// <summary>The name of a stamp is the step's and this.</summary>
    internal const string StampExtension = ".stamp";

    /// <summary>Files of an output folder that the step made the last time and no longer does.</summary>
    private static void RemoveLeftovers(GuestLayout layout, StepStamp? last, IReadOnlyList<string> published)
    {
        foreach (var path in last?.Files.Select(file => file.Path).Except(published, StringComparer.Ordinal) ?? [])
        {
            if (layout.IsAllowed(path))
            {
                File.Delete(path);
            }
        }
    }

    private void Report(GuestLayout layout, string stampPath, IEnumerable<string> files)
    {
        var paths = files.Select(layout.ProjectPath).ToList();
        var compile = TaskText.Name<CompileMode>(Step.GetMetadata(StepMetadata.Compile), StepMetadata.Compile);
        Files = [.. paths.Append(layout.ProjectPath(stampPath)).Select(Item)];
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
