namespace Mayfly.Supervision;

/// <summary>A sandbox of this user as its record shows it. Its texts are made harmless for terminals, but not trusted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What its user calls it; null where it has no name, or its record can't be read.</param>
/// <param name="IsKept">Whether its owner does nothing but keep it (<see cref="SandboxOptions.Kept"/>).</param>
/// <param name="State">Whether it lives.</param>
/// <param name="Created">When it was asked for; null where its record can't be read.</param>
/// <param name="OwnerProcessId">The process it belongs to; null where its record can't be read.</param>
/// <param name="OwnerCommand">That process's command line, shortened; empty where its record can't be read.</param>
/// <param name="Machine">What the machine is made of, in words; empty where its record can't be read.</param>
/// <param name="Resources">What it has besides its directory, or may have, in the order of making.</param>
/// <param name="SshConfigPath">
/// For <c>ssh -F</c>, with one host that is called as the sandbox is, or by its id where it has no name; null where it was
/// started without <see cref="SandboxOptions.Ssh"/>.
/// </param>
public sealed record SupervisedSandbox(
    string Id,
    string? Name,
    bool IsKept,
    SupervisionState State,
    DateTimeOffset? Created,
    int? OwnerProcessId,
    string OwnerCommand,
    string Machine,
    IReadOnlyList<SupervisedResource> Resources,
    string? SshConfigPath);
