using System.Buffers.Binary;
using System.Text;
using Mayfly.Images.Initramfs;
using Mayfly.Protocol;

namespace Mayfly.Images;

/// <summary>Writes <see cref="SshGuestFiles"/> to a sandbox's archive, with the owners and modes that servers insist on.</summary>
internal static class SshArchive
{
    private const int KeyBytes = 32;
    private const string KeyType = "ssh-ed25519";
    private const uint SandboxUser = 1000;

    private static readonly CpioOwner _folder = new(0x1ed); // rwxr-xr-x
    private static readonly CpioOwner _public = new(0x1a4); // rw-r--r--
    private static readonly CpioOwner _secretFolder = new(0x1c0); // rwx------
    private static readonly CpioOwner _secret = new(0x180); // rw-------

    // An archive can't remove a file. sshd passes over a key that it can't read, and a file that is not empty keeps an
    // image's ssh-keygen -A from making a new key in its place.
    private static readonly string[] _otherKinds = ["rsa", "ecdsa", "dsa"];
    private static readonly byte[] _noKey = "This host key of the image is not used.\n"u8.ToArray();

    /// <summary>Writes them.</summary>
    public static async Task WriteAsync(CpioArchive archive, SshGuestFiles files, CancellationToken cancellationToken)
    {
        if (files.HostSeed.Length != KeyBytes || files.HostPublic.Length != KeyBytes)
        {
            throw new ArgumentException($"an ed25519 key has {KeyBytes} bytes, and so has its public half", nameof(files));
        }

        await AddDirectoryAsync(Folder(GuestPaths.SshServerKey), _folder).ConfigureAwait(false);
        await AddFileAsync(GuestPaths.SshServerKey, DropbearKey(files), _secret).ConfigureAwait(false);
        await AddDirectoryAsync(Folder(GuestPaths.SshHostKey), _folder).ConfigureAwait(false);
        await AddFileAsync(GuestPaths.SshHostKey, files.HostPrivateFile, _secret).ConfigureAwait(false);
        await AddFileAsync($"{GuestPaths.SshHostKey}.pub", Encoding.ASCII.GetBytes(PublicLine(files)), _public).ConfigureAwait(false);
        if (files.IsForeignImage)
        {
            foreach (var kind in _otherKinds)
            {
                var path = $"{Folder(GuestPaths.SshHostKey)}/ssh_host_{kind}_key";
                await AddFileAsync(path, _noKey, _secret).ConfigureAwait(false);
                await AddFileAsync($"{path}.pub", _noKey, _public).ConfigureAwait(false);
            }
        }

        if (files.AuthorizedKeys is { } keys)
        {
            await AuthorizeAsync("/root", 0, keys).ConfigureAwait(false);
            if (!files.IsForeignImage)
            {
                await AuthorizeAsync("/home/sandbox", SandboxUser, keys).ConfigureAwait(false);
            }
        }

        async Task AuthorizeAsync(string home, uint user, string keys)
        {
            await AddDirectoryAsync($"{home}/.ssh", _secretFolder with { User = user, Group = user }).ConfigureAwait(false);
            await AddFileAsync($"{home}/.ssh/authorized_keys", Encoding.UTF8.GetBytes(keys), _secret with { User = user, Group = user }).ConfigureAwait(false);
        }

        Task AddDirectoryAsync(string path, CpioOwner owner) => archive.AddDirectoryAsync(path, owner, cancellationToken);

        Task AddFileAsync(string path, ReadOnlyMemory<byte> content, CpioOwner owner) => archive.AddFileAsync(path, content, owner, cancellationToken);
    }

    private static string Folder(string path) => Path.GetDirectoryName(path)!;

    private static string PublicLine(SshGuestFiles files)
    {
        var blob = new byte[4 + KeyType.Length + 4 + KeyBytes];
        PutString(blob, Encoding.ASCII.GetBytes(KeyType));
        PutString(blob.AsSpan(4 + KeyType.Length), files.HostPublic.Span);
        return $"{KeyType} {Convert.ToBase64String(blob)}\n";
    }

    /// <summary>Dropbear's own form: the kind, then the seed and the public half as one string.</summary>
    private static byte[] DropbearKey(SshGuestFiles files)
    {
        var key = new byte[4 + KeyType.Length + 4 + (2 * KeyBytes)];
        PutString(key, Encoding.ASCII.GetBytes(KeyType));
        PutString(key.AsSpan(4 + KeyType.Length), [.. files.HostSeed.Span, .. files.HostPublic.Span]);
        return key;
    }

    // RFC 4251, section 5: the length, then the bytes.
    private static void PutString(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, bytes.Length);
        bytes.CopyTo(target[4..]);
    }
}
