namespace Mayfly;

/// <summary>
/// Something that happened to a running command, in order: <see cref="ExecStarted"/> once unless it could not start,
/// <see cref="ExecOutput"/> any number of times, <see cref="ExecCompleted"/> once and last.
/// </summary>
public abstract record ExecEvent;

/// <summary>The command runs.</summary>
/// <param name="ProcessId">Its process id in the guest.</param>
public sealed record ExecStarted(int ProcessId) : ExecEvent;

/// <summary>The command wrote something.</summary>
/// <param name="Stream">To which output.</param>
/// <param name="Bytes">What it wrote; a chunk as it arrived, which may split lines and characters.</param>
public sealed record ExecOutput(OutputStream Stream, ReadOnlyMemory<byte> Bytes) : ExecEvent;

/// <summary>The command ended and all its output has been delivered.</summary>
/// <param name="Result">The end and what was kept of the output.</param>
public sealed record ExecCompleted(ExecResult Result) : ExecEvent;
