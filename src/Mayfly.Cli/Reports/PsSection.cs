using Mayfly.Supervision;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly ps --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Sandboxes">All of them, oldest first.</param>
internal sealed record PsSection(IReadOnlyList<SandboxSection> Sandboxes)
{
    /// <summary>Maps the library's list.</summary>
    public static PsSection Of(IReadOnlyList<SupervisedSandbox> sandboxes, DateTimeOffset now) =>
        new([.. sandboxes.Select(sandbox => SandboxSection.Of(sandbox, now))]);
}
