using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Steps;

/// <summary>The metadata of a SandboxStep item.</summary>
internal static class StepMetadata
{
    /// <summary>The anchors a step can stand before or after.</summary>
    public const string BeforeTargets = "BeforeTargets", AfterTargets = "AfterTargets";

    /// <summary>Names of steps that run before this one.</summary>
    public const string DependsOn = "DependsOn";

    /// <summary>How many files of <c>ForEach</c> are done at once.</summary>
    public const string MaxParallel = "MaxParallel";

    /// <summary>Of an input, an output or a layer that is an item of its own: the step it belongs to.</summary>
    public const string Step = "Step";

    /// <summary>Where the item stands in the project's files, which an item that has been through a task no longer knows.</summary>
    public const string DefinedIn = "_MayflyDefinedIn";

    /// <summary>Whether outputs are compiled: <c>true</c>, <c>false</c>, or blank for those that end in <c>.cs</c>.</summary>
    public const string Compile = "Compile";

    /// <summary>Every name that has a meaning; another one is a slip of the pen.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        nameof(SandboxTask.Command), nameof(SandboxTask.Inputs), nameof(SandboxTask.Outputs), BeforeTargets, AfterTargets, DependsOn,
        nameof(RunSandboxStep.ForEach), MaxParallel, nameof(SandboxTask.Session),
        nameof(SandboxTask.Timeout), nameof(SandboxTask.WorkingDirectory), nameof(SandboxTask.EnvironmentVariables),
        nameof(SandboxTask.IgnoreExitCode), nameof(SandboxTask.Memory), nameof(SandboxTask.Cpus), nameof(SandboxTask.Acceleration),
        nameof(SandboxTask.Transport), nameof(SandboxTask.Network), nameof(SandboxTask.Cold),
        nameof(SandboxTask.Runtime), nameof(SandboxTask.NuGetPackages),
        nameof(SandboxTask.StandardOutputImportance), nameof(SandboxTask.StandardErrorImportance),
        nameof(SandboxTask.IgnoreStandardErrorWarningFormat), nameof(SandboxTask.CustomErrorRegularExpression),
        nameof(SandboxTask.CustomWarningRegularExpression), nameof(SandboxTask.LogStandardErrorAsError), nameof(SandboxTask.EchoOff),
        nameof(SandboxTask.StdOutEncoding), nameof(SandboxTask.StdErrEncoding),
        nameof(SandboxTask.AllowConfigurationFiles), Compile,
    ];

    /// <summary>The file that the item stands in; empty where nobody knows.</summary>
    public static string FileOf(ITaskItem step) =>
        step.GetMetadata(DefinedIn) is { Length: > 0 } file ? file : step.GetMetadata("DefiningProjectFullPath");

    /// <summary>Gives the task the parameters its item holds; lists of items come as parameters of their own.</summary>
    public static void Apply(ITaskItem step, SandboxTask task)
    {
        task.Command = step.GetMetadata(nameof(task.Command));
        task.Timeout = step.GetMetadata(nameof(task.Timeout));
        task.WorkingDirectory = step.GetMetadata(nameof(task.WorkingDirectory));
        task.Memory = step.GetMetadata(nameof(task.Memory));
        task.Cpus = step.GetMetadata(nameof(task.Cpus));
        task.Acceleration = step.GetMetadata(nameof(task.Acceleration));
        task.Transport = step.GetMetadata(nameof(task.Transport));
        task.Network = step.GetMetadata(nameof(task.Network));
        task.Runtime = step.GetMetadata(nameof(task.Runtime));
        task.NuGetPackages = step.GetMetadata(nameof(task.NuGetPackages));
        task.StandardOutputImportance = step.GetMetadata(nameof(task.StandardOutputImportance));
        task.StandardErrorImportance = step.GetMetadata(nameof(task.StandardErrorImportance));
        task.CustomErrorRegularExpression = step.GetMetadata(nameof(task.CustomErrorRegularExpression));
        task.CustomWarningRegularExpression = step.GetMetadata(nameof(task.CustomWarningRegularExpression));
        task.StdOutEncoding = step.GetMetadata(nameof(task.StdOutEncoding));
        task.StdErrEncoding = step.GetMetadata(nameof(task.StdErrEncoding));
        task.IgnoreExitCode = Flag(step, nameof(task.IgnoreExitCode));
        task.IgnoreStandardErrorWarningFormat = Flag(step, nameof(task.IgnoreStandardErrorWarningFormat));
        task.LogStandardErrorAsError = Flag(step, nameof(task.LogStandardErrorAsError));
        task.Cold = Flag(step, nameof(task.Cold));
        task.Session = step.GetMetadata(nameof(task.Session));
        task.AllowConfigurationFiles = Flag(step, nameof(task.AllowConfigurationFiles));
        task.EchoOff = Flag(step, nameof(task.EchoOff));
    }

    private static bool Flag(ITaskItem step, string name) => TaskText.Flag(step.GetMetadata(name), name, fallback: false);
}
