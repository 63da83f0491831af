using Mayfly.Diagnostics;
using Mayfly.Images.Tools;

namespace Mayfly.Ssh;

/// <summary>An ed25519 key made for one sandbox: a file of mode 0600 in its directory, and gone with it.</summary>
/// <param name="Path">The private key in OpenSSH's form; the public half has <c>.pub</c> behind its name.</param>
/// <param name="PublicKey">The public half.</param>
/// <param name="Seed">The 32 bytes the key is made of.</param>
internal sealed record SshKeyPair(string Path, SshPublicKey PublicKey, ReadOnlyMemory<byte> Seed)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a key where there is none yet.</summary>
    /// <param name="ssh">Who makes it: .NET has no ed25519.</param>
    /// <param name="path">A new file in a private directory.</param>
    /// <param name="comment">What the key says of itself.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="MayflyException">It can't be made (MAY1020).</exception>
    public static async Task<SshKeyPair> CreateAsync(SshProgram ssh, string path, string comment, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw Failed(path, "the file exists", null);
        }

        var making = ToolProcess.Start(ssh.KeygenPath, ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
        await using (making.ConfigureAwait(false))
        {
            making.Input.Close();
            var end = await making.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (end.Code != 0)
            {
                throw Failed(path, $"{ssh.KeygenPath} ended with {end}", null);
            }
        }

        try
        {
            File.SetUnixFileMode(path, Private);
            File.SetUnixFileMode(path + ".pub", Private);
            var (seed, publicKey) = SshPrivateKeyFile.Read(path);
            return new SshKeyPair(path, publicKey, seed);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Failed(path, exception.Message, exception);
        }
    }

    private static MayflyException Failed(string path, string why, Exception? cause) =>
        new(ErrorCode.ResourceUnavailable, $"the SSH key {path} can't be made: {why}. There must be room, and rights to write there.", cause);
}
