namespace Mayfly;

/// <summary>
/// SSH into the sandbox. With the default image, keys are made for each sandbox, the server's key is known before the guest
/// boots, and no network card is needed.
/// </summary>
public sealed record SandboxSsh
{
    /// <summary>The user to log in as. Default <c>root</c>; the default image also has <c>sandbox</c>.</summary>
    public string User { get; init; } = "root";

    /// <summary>
    /// A private key of your own, in any form that OpenSSH reads without asking for a passphrase. Default: an ed25519 key made
    /// for this sandbox, which the guest is told to let in, and which is gone with it.
    /// </summary>
    public string? IdentityPath { get; init; }

    /// <summary>
    /// The server's public key, such as <c>ssh-ed25519 AAAA...</c>; any other is an error. Default: the key made for this
    /// sandbox. An image of your own that is opened with your own key (<see cref="IdentityPath"/>) keeps its own; that is looked
    /// up in Mayfly's file of known hosts, by the image's file, or for as long as the machine lives by
    /// <see cref="SandboxOptions.Name"/>.
    /// </summary>
    public string? HostKey { get; init; }

    /// <summary>
    /// Whether a key that is looked up and not known yet is entered in Mayfly's file of known hosts. Default true; with false it
    /// is an error (MAY2105).
    /// </summary>
    public bool TrustOnFirstUse { get; init; } = true;

    /// <summary>
    /// Who speaks SSH where the sandbox's session goes over it (<see cref="SandboxTransport.Ssh"/>). Default null: the system's
    /// OpenSSH. The package Mayfly.SshNet has another.
    /// </summary>
    public ISshClient? Client { get; init; }

    /// <summary>The TCP port in the guest where the server of an image of your own listens. Default 22, where the default image's is.</summary>
    public int Port { get; init; } = 22;

    /// <summary>From dialling until the server has said that it speaks SSH. Default 15 s; 1 s to 10 min. Not for a booting guest, which has <see cref="SandboxOptions.BootTimeout"/>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>From there until commands can be run. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
