using System.Text.Json;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>One check.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="State">ok, warning or failed.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">The command that mends it; null where there is none.</param>
internal sealed record CheckSection(string Name, string State, string Detail, string? Remedy)
{
    /// <summary>Maps the library's check.</summary>
    public static CheckSection Of(DoctorCheck check) =>
        new(check.Name, JsonNamingPolicy.CamelCase.ConvertName(check.State.ToString()), check.Detail, check.Remedy);
}
