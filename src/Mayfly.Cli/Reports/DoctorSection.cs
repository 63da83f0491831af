using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly doctor --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="CanStart">Whether a sandbox can be started on this host.</param>
/// <param name="Checks">Every check, in the order it was made.</param>
internal sealed record DoctorSection(bool CanStart, IReadOnlyList<CheckSection> Checks)
{
    /// <summary>Maps the library's report.</summary>
    public static DoctorSection Of(DoctorReport report) => new(report.CanStart, [.. report.Checks.Select(CheckSection.Of)]);
}
