namespace Mayfly.Cli.Tracing;

/// <summary>A sandbox's trace on the clock of this process, which had a start of its own before there was anything to trace.</summary>
/// <param name="sandbox">What the library records; begun just now.</param>
/// <param name="startup">How long the process had existed by then; null where that can't be known.</param>
internal sealed class RunTrace(SandboxTrace sandbox, TimeSpan? startup)
{
    private const string StartupName = "mayfly";

    /// <summary>Begins a trace of this process.</summary>
    public static RunTrace Begin() => new(new SandboxTrace(), ProcessAge.Read());

    /// <summary>What the library records.</summary>
    public SandboxTrace Sandbox => sandbox;

    /// <summary>All phases so far in the order of their beginnings, from the start of the process on.</summary>
    public IReadOnlyList<SandboxPhase> Phases => startup is { } before
        ? [new SandboxPhase(StartupName, TimeSpan.Zero, before, 0), .. sandbox.Phases.Select(phase => phase with { Begin = phase.Begin + before })]
        : sandbox.Phases;
}
