using System.Text;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Outputs;

namespace Mayfly.MSBuild.Settings;

/// <summary>A task's parameters, read and checked as a whole before anything is started.</summary>
internal sealed record CommandPlan
{
    /// <summary>The folder of logs in the folder of stamps and areas.</summary>
    public const string LogFolder = "logs";

    /// <summary>The shell script.</summary>
    public required string Command { get; init; }

    /// <summary>Its limit.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Absolute, in the guest.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Added to the guest's own.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Whether a non-zero exit code is no failure.</summary>
    public required bool IgnoreExitCode { get; init; }

    /// <summary>Whether the command itself stays out of the log.</summary>
    public required bool EchoOff { get; init; }

    /// <summary>Where it runs.</summary>
    public required MachinePlan Machine { get; init; }

    /// <summary>What is pushed.</summary>
    public required IReadOnlyList<SandboxCopy> Inputs { get; init; }

    /// <summary>What is pulled.</summary>
    public required IReadOnlyList<DeclaredOutput> Outputs { get; init; }

    /// <summary>How standard output is encoded.</summary>
    public required Encoding OutputEncoding { get; init; }

    /// <summary>How standard error is encoded.</summary>
    public required Encoding ErrorEncoding { get; init; }

    /// <summary>How output becomes build events.</summary>
    public required OutputFormat Format { get; init; }

    /// <summary>Where outputs wait until all of them are there.</summary>
    public required string StagingDirectory { get; init; }

    /// <summary>Where files tell what happened.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>What these files are named by. Commands that may run at once have different names.</summary>
    public required string LogName { get; init; }

    /// <summary>Where outputs may land.</summary>
    public required AllowedRoots Roots { get; init; }

    /// <summary>What says that the outputs are current, which it must not while they are replaced; null for nothing.</summary>
    public string? StampPath { get; init; }

    /// <summary>
    /// Whether an output that comes out as it was is left alone, time stamp and all. Only where a stamp decides what is current: a target with
    /// Inputs and Outputs would run for ever whose output stays older than its input.
    /// </summary>
    public bool KeepsUnchanged { get; init; }

    /// <summary>What it made the last time: what of it is not made again goes when the outputs are put in place.</summary>
    public IReadOnlyList<string> LastFiles { get; init; } = [];

    /// <summary>Reads the parameters of a task.</summary>
    /// <exception cref="SandboxConfigurationException">One of them makes no sense.</exception>
    public static CommandPlan Of(SandboxTask task, GuestLayout layout)
    {
        var workingDirectory = GuestLayout.WorkingDirectory(task.WorkingDirectory);
        IReadOnlyList<SandboxCopy> inputs = [.. task.Inputs.Select(layout.Input)];
        InputPlaces.RequireApart(inputs);
        IReadOnlyList<DeclaredOutput> outputs = [.. task.Outputs.Select(layout.Output)];
        var machine = MachinePlan.Of(task, layout, DotnetPlan.Of(task, layout));
        return new CommandPlan
        {
            Command = ScriptText.Of(task.Command),
            Timeout = TaskText.Timeout(task.Timeout),
            WorkingDirectory = workingDirectory,
            Environment = TaskText.Environment(task.EnvironmentVariables, machine.Dotnet.Environment),
            IgnoreExitCode = task.IgnoreExitCode,
            EchoOff = task.EchoOff,
            Machine = machine,
            Inputs = inputs,
            Outputs = outputs,
            StagingDirectory = layout.HostPath(task.StagingDirectory),
            LogDirectory = layout.HostPath(string.IsNullOrWhiteSpace(task.LogDirectory) ? Path.Combine(task.StagingDirectory, LogFolder) : task.LogDirectory),
            LogName = task.LogName,
            Roots = layout.Roots,
            OutputEncoding = TaskText.Encoding(task.StdOutEncoding, nameof(task.StdOutEncoding)),
            ErrorEncoding = TaskText.Encoding(task.StdErrEncoding, nameof(task.StdErrEncoding)),
            Format = Formatted(task) with { Paths = layout.Paths(inputs, outputs, machine.AllLayers, workingDirectory) },
        };
    }

    private static OutputFormat Formatted(SandboxTask task) => new()
    {
        OutputImportance = TaskText.Importance(task.StandardOutputImportance, nameof(task.StandardOutputImportance)),
        ErrorImportance = TaskText.Importance(task.StandardErrorImportance, nameof(task.StandardErrorImportance)),
        IgnoreStandardFormat = task.IgnoreStandardErrorWarningFormat,
        StandardErrorIsError = task.LogStandardErrorAsError,
        CustomError = TaskText.Pattern(task.CustomErrorRegularExpression, nameof(task.CustomErrorRegularExpression)),
        CustomWarning = TaskText.Pattern(task.CustomWarningRegularExpression, nameof(task.CustomWarningRegularExpression)),
        Collect = task.ConsoleToMSBuild,
    };
}
