namespace Mayfly.Tests.Ssh;

/// <summary>What is particular about a server and its user.</summary>
internal sealed record SshServerSetup
{
    public SshServerKind Kind { get; init; } = SshServerKind.OpenSsh;

    /// <summary>Behind a Unix socket in place of a port of the loopback.</summary>
    public bool BehindSocket { get; init; }

    /// <summary>The user's login shell.</summary>
    public string Shell { get; init; } = "/bin/sh";

    /// <summary>What bash runs before each command it is given by a server.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Mount options of every place where the agent could be put; null to leave them as they are.</summary>
    public string? Places { get; init; }

    /// <summary>The user's PATH; null for the server's own.</summary>
    public string? SearchPath { get; init; }

    /// <summary>The mode of the user's home directory.</summary>
    public string HomeMode { get; init; } = "700";
}
