using Mayfly.Supervision;

namespace Mayfly.Cli.Reports;

/// <summary>A sandbox in <c>mayfly ps --json</c>; what its record does not tell is left out.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kept">Whether its owner does nothing but keep it.</param>
/// <param name="State">alive, ending or dead.</param>
/// <param name="Since">When it was asked for.</param>
/// <param name="AgeMs">How long ago that was.</param>
/// <param name="OwnerPid">The process it belongs to.</param>
/// <param name="OwnerCommand">That process's command line, shortened.</param>
/// <param name="Machine">What the machine is made of, in words.</param>
/// <param name="Resources">What it has besides its directory: the kind, and what it is found by.</param>
internal sealed record SandboxSection(
    string Id,
    string? Name,
    bool Kept,
    string State,
    DateTimeOffset? Since,
    long? AgeMs,
    int? OwnerPid,
    string OwnerCommand,
    string Machine,
    IReadOnlyList<ResourceSection> Resources)
{
    /// <summary>Maps the library's description.</summary>
    public static SandboxSection Of(SupervisedSandbox sandbox, DateTimeOffset now) => new(
        sandbox.Id,
        sandbox.Name,
        sandbox.IsKept,
        sandbox.State.ToString().ToLowerInvariant(),
        sandbox.Created,
        sandbox.Created is { } created ? (long)(now - created).TotalMilliseconds : null,
        sandbox.OwnerProcessId,
        sandbox.OwnerCommand,
        sandbox.Machine,
        [.. sandbox.Resources.Select(resource => new ResourceSection(resource.Kind, resource.Facts))]);
}
