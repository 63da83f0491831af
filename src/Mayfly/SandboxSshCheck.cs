using Mayfly.Diagnostics;
using Mayfly.Ssh;

namespace Mayfly;

/// <summary>Checks what a user wants of SSH, before anything is started.</summary>
internal static class SandboxSshCheck
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(10);

    /// <summary>Checks it, together with what else decides how the guest is reached.</summary>
    /// <exception cref="SandboxConfigurationException">It makes no sense (MAY1001).</exception>
    public static void Validate(SandboxOptions options)
    {
        if (options.InitramfsPath is not null)
        {
            Require(
                options.Transport is SandboxTransport.Auto or SandboxTransport.Ssh,
                $"Transport is {options.Transport}, but an image of one's own (InitramfsPath) has no agent and is reached over SSH only: use Ssh or Auto");
            Require(
                options.Network is not TapNetwork { Bridge: not null, Address: null },
                "the Network is a bridge without an Address, but the SSH server of an image of one's own must be reached: set TapNetwork.Address to what the image gives its card");
        }

        if (options.Ssh is { } ssh)
        {
            Require(
                ssh.Client is null || options.InitramfsPath is not null || options.Transport == SandboxTransport.Ssh,
                $"Ssh.Client is set, but Transport is {options.Transport}: it is used for a session over SSH only, so set Transport to Ssh");
            Validate(ssh, ownImage: options.InitramfsPath is not null);
        }
    }

    private static void Validate(SandboxSsh ssh, bool ownImage)
    {
        _ = SshText.User(ssh.User);
        Require(ssh.Port is >= 1 and <= ushort.MaxValue, $"Ssh.Port is {ssh.Port}, but must be 1 to {ushort.MaxValue}");
        Require(IsLimit(ssh.ConnectTimeout), $"Ssh.ConnectTimeout is {ssh.ConnectTimeout}, but must be one second to ten minutes");
        Require(IsLimit(ssh.HandshakeTimeout), $"Ssh.HandshakeTimeout is {ssh.HandshakeTimeout}, but must be one second to ten minutes");
        Require(ssh.IdentityPath is null || File.Exists(ssh.IdentityPath), $"Ssh.IdentityPath is {ssh.IdentityPath}, which does not exist: give a private key, or none, and Mayfly makes one");
        if (!ownImage)
        {
            Require(ssh.Port == 22, $"Ssh.Port is {ssh.Port}, but the server of the default image listens on 22");
            Require(ssh.TrustOnFirstUse, "Ssh.TrustOnFirstUse is false, but the default image is given a key that is known already; leave it out");
            Require(ssh.HostKey is null, "Ssh.HostKey is for images of one's own (InitramfsPath); the default image is given a key that is known already");
            return;
        }

        Require(
            ssh.IdentityPath is not null || ssh.User == "root",
            $"Ssh.User is '{ssh.User}', but in an image of one's own only root can be given a key: set Ssh.IdentityPath to a key that the image lets in");
        Require(
            ssh.IdentityPath is not null || ssh.HostKey is null,
            "Ssh.HostKey is set without Ssh.IdentityPath: an image that is given a key to let in is given a key of its own as well, which is known already");
    }

    private static bool IsLimit(TimeSpan limit) => limit >= _least && limit <= _most;

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
