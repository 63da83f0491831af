using Mayfly.Diagnostics;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Testing;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild;

/// <summary>Runs the tests of an assembly in a machine and brings their results back. Called by Mayfly.MSBuild.Testing.targets.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunSandboxTest : SandboxTask
{
    private const string WritableOutputs = "256M";

    /// <summary>How long the machine outlives the tests' own limit, so that results and dumps of what hangs come back.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(60);

    /// <summary>The test assembly, with everything that it needs beside it.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>Whether it is an application of Microsoft.Testing.Platform's. Default: no, and the SDK's vstest runs it.</summary>
    public bool IsTestingPlatformApplication { get; set; }

    /// <summary>Which tests, as <c>dotnet test --filter</c> has it. Default: all.</summary>
    public string Filter { get; set; } = "";

    /// <summary>Further arguments for what runs the tests. Default: none.</summary>
    public string Arguments { get; set; } = "";

    /// <summary>Where results and dumps are put, in the project directory.</summary>
    [Required]
    public string ResultsDirectory { get; set; } = "";

    /// <summary>The name of the file of results, without its ending.</summary>
    [Required]
    public string ResultsName { get; set; } = "";

    internal override string LogName => ResultsName;

    private protected override string? ErrorFile => ProjectFile;

    private protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var layout = Layout();
        var assembly = layout.HostPath(Assembly);
        if (!File.Exists(assembly))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid, $"the test assembly '{assembly}' does not exist. Build it first: without NoBuild, the target SandboxTest does.");
        }

        var results = layout.HostPath(ResultsDirectory);
        var trx = $"{ResultsName}.trx";
        Prepare(assembly, results, trx);
        var plan = CommandPlan.Of(this, layout);
        Recover(plan);
        var outcome = await PerformAsync(plan, new FreshMachine(), subject: null, publishes: true, cancellationToken).ConfigureAwait(false);
        Report([outcome]);
        if (outcome.Published is not { } published)
        {
            return false;
        }

        // Not what an earlier run has left there.
        var path = Path.Combine(results, trx);
        var summary = published.Contains(path, StringComparer.Ordinal) ? TrxSummary.Read(path) : null;
        return Judge(path, summary, isWritten: !IsTestingPlatformApplication || TestCommand.TrxOption(assembly) is not null);
    }

    /// <summary>Says by the parameters that all tasks have what this one does.</summary>
    private void Prepare(string assembly, string results, string trx)
    {
        var sdk = HostSdk.Find();
        var limit = TaskText.Timeout(Timeout);
        Runtime = "dotnet";
        Command = new TestCommand { Assembly = assembly, IsApplication = IsTestingPlatformApplication, Filter = Filter, Arguments = Arguments, Timeout = limit, Trx = trx }.Script(sdk);
        Memory = string.IsNullOrWhiteSpace(Memory) ? "1G" : Memory;
        Timeout = limit > TimeSpan.Zero ? (limit + _grace).ToString() : Timeout;
        Layers = [.. Layers, AtTheSamePath(Path.GetDirectoryName(assembly)!, WritableOutputs), .. IsTestingPlatformApplication ? [] : new[] { AtTheSamePath(sdk.Folder, "") }];
        Outputs = [new TaskItem(results + "/", new Dictionary<string, string> { ["GuestPath"] = TestCommand.ResultsPath })];
        EnvironmentVariables =
        [
            "DOTNET_DbgEnableMiniDump=1", "DOTNET_DbgMiniDumpType=1", $"DOTNET_DbgMiniDumpName={TestCommand.ResultsPath}/%e.%p.dmp",
            .. EnvironmentVariables,
        ];
        // Failed tests have results, too; and what tests print is no error of this build.
        IgnoreExitCode = true;
        IgnoreStandardErrorWarningFormat = true;
    }

    private bool Judge(string trx, TrxSummary? summary, bool isWritten)
    {
        if (ExitCode == "0" && (summary is { Failed: 0 } || !isWritten))
        {
            Log.LogMessage(MessageImportance.High, $"Mayfly: {Path.GetFileName(Assembly)}: {(summary is null ? "the tests passed, by its exit code" : $"{summary}: {trx}")}");
            return true;
        }

        var said = summary is null ? "there are no results that could be read" : $"{summary}: {trx}{string.Concat(summary.FailedNames.Select(name => $"\n  {name}"))}";
        Failures.Add(ErrorCode.TaskTestsFailed, $"the tests of '{Path.GetFileName(Assembly)}' ended with exit code {ExitCode}; {said}");
        return false;
    }

    private static TaskItem AtTheSamePath(string folder, string writable) =>
        new(folder, new Dictionary<string, string> { ["GuestPath"] = folder, ["Kind"] = nameof(SandboxLayerSource.Folder), ["Writable"] = writable });
}
