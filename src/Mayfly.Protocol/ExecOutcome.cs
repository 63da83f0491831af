namespace Mayfly.Protocol;

/// <summary>How a command ended. Exactly one of the kinds, never a made-up exit code.</summary>
public sealed record ExecOutcome : Outcome
{
    /// <summary>Which way it ended.</summary>
    public required ExecEndKind Kind { get; init; }

    /// <summary>The exit code, 0 to 255; only with <see cref="ExecEndKind.Exited"/>.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal; only with <see cref="ExecEndKind.Signalled"/>.</summary>
    public int? Signal { get; init; }

    /// <summary>Why it could not start; only with <see cref="ExecEndKind.CouldNotStart"/>.</summary>
    public StartFailure? StartFailure { get; init; }

    /// <summary>A sentence on the end where the kind alone does not tell.</summary>
    public string? Message { get; init; }

    /// <summary>Milliseconds from the start of the process to its end.</summary>
    public long DurationMs { get; init; }
}
