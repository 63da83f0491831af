namespace Mayfly.Images;

/// <summary>What one sandbox's archive brings into the guest for its SSH server.</summary>
/// <param name="HostSeed">The 32 bytes that are the ed25519 host key.</param>
/// <param name="HostPublic">Its public half, 32 bytes.</param>
/// <param name="HostPrivateFile">The same key as OpenSSH writes it to a file, without a passphrase.</param>
/// <param name="AuthorizedKeys">The lines of keys that are let in; null leaves the image's as they are.</param>
internal sealed record SshGuestFiles(
    ReadOnlyMemory<byte> HostSeed, ReadOnlyMemory<byte> HostPublic, ReadOnlyMemory<byte> HostPrivateFile, string? AuthorizedKeys)
{
    /// <summary>
    /// The image is somebody else's, with accounts of its own and perhaps host keys of other kinds, which the server must not use.
    /// </summary>
    public bool IsForeignImage { get; init; }
}
