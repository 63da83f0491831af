namespace Mayfly.Cli.Reports;

/// <summary>What went wrong.</summary>
/// <param name="Code">The stable code, such as <c>MAY3002</c>.</param>
/// <param name="Message">The whole message, which the code leads. May hold untrusted text.</param>
internal sealed record ErrorSection(string Code, string Message);
