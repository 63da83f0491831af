namespace Mayfly;

/// <summary>How a command ended: exactly one kind, and what belongs to it.</summary>
public sealed record ExecEnd
{
    /// <summary>Which way it ended.</summary>
    public required ExecEndKind Kind { get; init; }

    /// <summary>The exit code, 0 to 255; only with <see cref="ExecEndKind.Exited"/>.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The Linux signal number; only with <see cref="ExecEndKind.Signalled"/>.</summary>
    public int? Signal { get; init; }

    /// <summary>Why nothing ran; only with <see cref="ExecEndKind.CouldNotStart"/>.</summary>
    public ExecStartFailure? StartFailure { get; init; }

    /// <summary>A sentence on the end where the kind alone does not tell. May hold untrusted text.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the command ran and returned zero.</summary>
    public bool IsSuccess => Kind == ExecEndKind.Exited && ExitCode == 0;

    /// <summary>The end as words, such as <c>exited with code 3</c>.</summary>
    public override string ToString() => Kind switch
    {
        ExecEndKind.Exited => $"exited with code {ExitCode}",
        ExecEndKind.Signalled => $"was ended by signal {Signal}",
        ExecEndKind.TimedOut => "timed out",
        ExecEndKind.Cancelled => "was cancelled",
        ExecEndKind.OutOfMemory => "was killed for want of memory",
        ExecEndKind.CouldNotStart => $"could not start: {Message}",
        _ => $"lost its machine: {Message}",
    };
}
