namespace Mayfly;

/// <summary>How a command or a transfer ended.</summary>
/// <param name="IsSuccess">Whether a command returned zero, or a transfer moved everything.</param>
/// <param name="Summary">One line on the end, such as <c>exited with code 3</c>.</param>
/// <param name="Duration">How long it took, as the host saw it.</param>
/// <param name="Tail">The last lines of a command's output, then of its standard error; safe to print, but untrusted.</param>
public sealed record SandboxOperationEnd(bool IsSuccess, string Summary, TimeSpan Duration, IReadOnlyList<string> Tail);
