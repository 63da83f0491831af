namespace Mayfly.Protocol;

/// <summary>
/// Has the agent start the guest's SSH server, <see cref="GuestPaths.SshServer"/>. Its host key and the keys it lets in
/// are files of the sandbox's own archive.
/// </summary>
public sealed record SshSettings
{
    /// <summary>The server's port in every guest.</summary>
    public const int Port = 22;

    /// <summary>Whether it listens on all addresses of the guest, as forwarded ports of a network card need. Else on 127.0.0.1.</summary>
    public bool AllAddresses { get; init; }
}
