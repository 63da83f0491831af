using System.Buffers.Binary;
using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Images;

/// <summary>
/// What <see cref="SshGuestFiles"/> are in the guest, with the owners and modes that servers insist on. A machine that boots
/// has them in its archive, the copy of a frozen one in its wake message.
/// </summary>
internal static class SshFileList
{
    private const int KeyBytes = 32;
    private const string KeyType = "ssh-ed25519";
    private const uint SandboxUser = 1000;
    private const int Public = 0b110_100_100;
    private const int Secret = 0b110_000_000;
    private const int SecretFolder = 0b111_000_000;

    // An archive can't remove a file. sshd passes over a key that it can't read, and a file that is not empty keeps an
    // image's ssh-keygen -A from making a new key in its place.
    private static readonly string[] _otherKinds = ["rsa", "ecdsa", "dsa"];
    private static readonly byte[] _noKey = "This host key of the image is not used.\n"u8.ToArray();

    /// <summary>All of them; those of one folder follow each other.</summary>
    /// <exception cref="ArgumentException">The host key is none.</exception>
    public static IReadOnlyList<WakeFile> Create(SshGuestFiles files)
    {
        if (files.HostSeed.Length != KeyBytes || files.HostPublic.Length != KeyBytes)
        {
            throw new ArgumentException($"an ed25519 key has {KeyBytes} bytes, and so has its public half", nameof(files));
        }

        return [.. HostKeys(files), .. AuthorizedKeys(files)];
    }

    private static IEnumerable<WakeFile> HostKeys(SshGuestFiles files)
    {
        yield return new WakeFile(GuestPaths.SshServerKey, Secret, DropbearKey(files));
        yield return new WakeFile(GuestPaths.SshHostKey, Secret, files.HostPrivateFile.ToArray());
        yield return new WakeFile($"{GuestPaths.SshHostKey}.pub", Public, Encoding.ASCII.GetBytes(PublicLine(files)));
        foreach (var kind in files.IsForeignImage ? _otherKinds : [])
        {
            var path = $"{Path.GetDirectoryName(GuestPaths.SshHostKey)}/ssh_host_{kind}_key";
            yield return new WakeFile(path, Secret, _noKey);
            yield return new WakeFile($"{path}.pub", Public, _noKey);
        }
    }

    private static IEnumerable<WakeFile> AuthorizedKeys(SshGuestFiles files)
    {
        if (files.AuthorizedKeys is not { } keys)
        {
            yield break;
        }

        yield return Authorize("/root", 0, keys);
        if (!files.IsForeignImage)
        {
            yield return Authorize("/home/sandbox", SandboxUser, keys);
        }
    }

    private static WakeFile Authorize(string home, uint user, string keys) =>
        new($"{home}/.ssh/authorized_keys", Secret, Encoding.UTF8.GetBytes(keys), user, user, SecretFolder);

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
