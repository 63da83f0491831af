namespace Mayfly.Supervision;

/// <summary>A sandbox of this user as its record shows it. Its texts are made harmless for terminals, but not trusted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Whether it lives.</param>
/// <param name="Created">When it was asked for; null where its record can't be read.</param>
/// <param name="OwnerProcessId">The process it belongs to; null where its record can't be read.</param>
/// <param name="OwnerCommand">That process's command line, shortened; empty where its record can't be read.</param>
/// <param name="Machine">What the machine is made of, in words; empty where its record can't be read.</param>
/// <param name="Resources">What it has besides its directory, or may have, in the order of making.</param>
public sealed record SupervisedSandbox(
    string Id,
    SupervisionState State,
    DateTimeOffset? Created,
    int? OwnerProcessId,
    string OwnerCommand,
    string Machine,
    IReadOnlyList<SupervisedResource> Resources);
