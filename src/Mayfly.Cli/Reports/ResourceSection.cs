namespace Mayfly.Cli.Reports;

/// <summary>A kernel resource of a sandbox in <c>mayfly ps --json</c>.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Facts">What it is found by.</param>
internal sealed record ResourceSection(string Kind, IReadOnlyDictionary<string, string> Facts);
