using System.Text.Json;
using Mayfly.Cli.Commands;
using Mayfly.Cli.Output;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly run --json</c>. Fields may be added; none changes its meaning.</summary>
internal sealed record RunReport
{
    /// <summary>The sandbox's id; null where it did not come up.</summary>
    public string? Id { get; init; }

    /// <summary>Its name; null where it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Program and arguments; empty where a sandbox was only started.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>exited, signalled, timedOut, cancelled, outOfMemory, couldNotStart or guestDied; null where Mayfly failed.</summary>
    public string? End { get; init; }

    /// <summary>Only with the end "exited".</summary>
    public int? ExitCode { get; init; }

    /// <summary>Only with the end "signalled".</summary>
    public int? Signal { get; init; }

    /// <summary>Only with the end "couldNotStart".</summary>
    public string? StartFailure { get; init; }

    /// <summary>How long the command took, without boot and copies.</summary>
    public long? DurationMs { get; init; }

    /// <summary>How the machine came up; null where it did not.</summary>
    public BootSection? Boot { get; init; }

    /// <summary>Where the time went, from the start of this process on.</summary>
    public IReadOnlyList<PhaseSection> Phases { get; init; } = [];

    /// <summary>What the guest said of itself; null where it did not.</summary>
    public GuestSection? Guest { get; init; }

    /// <summary>Its network; null where it has no card.</summary>
    public NetworkSection? Network { get; init; }

    /// <summary>What --forward and --reverse have opened.</summary>
    public IReadOnlyList<ForwardSection> Forwards { get; init; } = [];

    /// <summary>Standard output.</summary>
    public OutputSection? Stdout { get; init; }

    /// <summary>Standard error.</summary>
    public OutputSection? Stderr { get; init; }

    /// <summary>Guest paths of --pull that were not there after the command.</summary>
    public IReadOnlyList<string> MissingOutputs { get; init; } = [];

    /// <summary>What went wrong; null where the command returned zero and left its outputs.</summary>
    public ErrorSection? Error { get; init; }

    /// <summary>The job came to an end.</summary>
    public static RunReport Of(JobRun run, SandboxJobResult? result) => result is null ? Begun(run) : OfExec(run, result.Exec) with
    {
        MissingOutputs = [.. result.MissingOutputs.Select(output => output.GuestPath)],
        Error = EndMessage.Code(result) is { } code
            ? new ErrorSection(code, EndMessage.Describe(run.Job, result) ?? $"{code}: the command {result.Exec.Command} {result.Exec.End}.")
            : null,
    };

    /// <summary>The user gave up.</summary>
    public static RunReport OfAborted(JobRun run, ExecResult? exec)
    {
        var report = exec is null ? Begun(run) : OfExec(run, exec);
        return report with { End = Word(ExecEndKind.Cancelled), Error = new ErrorSection(ErrorCode.CommandCancelled, $"{ErrorCode.CommandCancelled}: the run was cancelled by a signal.") };
    }

    /// <summary>Mayfly could not do it.</summary>
    public static RunReport OfFailure(JobRun run, MayflyException exception) =>
        Begun(run) with { Error = new ErrorSection(exception.Code, exception.Message) };

    private static RunReport OfExec(JobRun run, ExecResult exec) => Begun(run) with
    {
        End = Word(exec.End.Kind),
        ExitCode = exec.ExitCode,
        Signal = exec.End.Signal,
        StartFailure = exec.End.StartFailure is { } failure ? Word(failure) : null,
        DurationMs = (long)exec.Duration.TotalMilliseconds,
        Stdout = OutputSection.Of(exec.StandardOutputBytes, exec.StandardOutputSize),
        Stderr = OutputSection.Of(exec.StandardErrorBytes, exec.StandardErrorSize),
    };

    private static RunReport Begun(JobRun run) => new()
    {
        Id = run.SandboxId,
        Name = run.Job.Sandbox.Name,
        Command = run.Job.Command,
        Boot = run.Boot is { } boot ? BootSection.Of(boot) : null,
        Guest = run.Guest is { } guest ? GuestSection.Of(guest) : null,
        Network = run.Network is { } network && run.Job.Sandbox.Network != SandboxNetwork.None ? NetworkSection.Of(run.Job.Sandbox.Network, network) : null,
        Forwards = [.. run.Forwards.Select(ForwardSection.Of)],
        Phases = [.. (run.Trace?.Phases ?? []).Select(PhaseSection.Of)],
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
