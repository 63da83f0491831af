using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Ssh;

/// <summary>
/// Reads an ed25519 key from OpenSSH's private key format, without a passphrase: <c>openssh-key-v1</c>, the names of cipher
/// and key derivation (<c>none</c>), the number of keys (1), the public key, and the private part: twice the same number,
/// algorithm, public key, seed and public key once more, comment, padding.
/// </summary>
internal static class SshPrivateKeyFile
{
    /// <summary>Of the seed that an ed25519 key is made of.</summary>
    public const int SeedBytes = 32;

    private const int MaxFileBytes = 64 * 1024;
    private const string Label = "OPENSSH PRIVATE KEY";

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>Reads the file of a key that we made.</summary>
    /// <exception cref="InvalidDataException">It holds no such key.</exception>
    public static (byte[] Seed, SshPublicKey PublicKey) Read(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxFileBytes)
        {
            throw new InvalidDataException($"{path} is too long for a private key");
        }

        var text = new byte[file.Length];
        file.ReadExactly(text);
        try
        {
            return Parse(Encoding.ASCII.GetString(text));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    internal static (byte[] Seed, SshPublicKey PublicKey) Parse(string text)
    {
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != Label)
        {
            throw new InvalidDataException("no private key in OpenSSH's format");
        }

        var content = Convert.FromBase64String(text[fields.Base64Data]);
        try
        {
            return ParseContent(content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static (byte[] Seed, SshPublicKey PublicKey) ParseContent(ReadOnlySpan<byte> rest)
    {
        Demand(rest.StartsWith(Magic), "another version of the format");
        rest = rest[Magic.Length..];
        Demand(TakeString(ref rest).SequenceEqual("none"u8) & TakeString(ref rest).SequenceEqual("none"u8), "a passphrase");
        Demand(TakeString(ref rest).IsEmpty & TakeNumber(ref rest) == 1, "more than one key");
        _ = TakeString(ref rest);
        var secret = TakeString(ref rest);
        Demand(TakeNumber(ref secret) == TakeNumber(ref secret), "check numbers that differ");
        Demand(TakeString(ref secret).SequenceEqual("ssh-ed25519"u8), "another kind of key than ed25519");
        var raw = TakeString(ref secret);
        var both = TakeString(ref secret);
        Demand(raw.Length == SshPublicKey.RawBytes && both.Length == SeedBytes + SshPublicKey.RawBytes && both[SeedBytes..].SequenceEqual(raw), "halves that do not match");
        return (both[..SeedBytes].ToArray(), SshPublicKey.FromRaw(raw));
    }

    private static uint TakeNumber(ref ReadOnlySpan<byte> rest)
    {
        Demand(rest.Length >= sizeof(uint), "an early end");
        var number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[sizeof(uint)..];
        return number;
    }

    private static ReadOnlySpan<byte> TakeString(ref ReadOnlySpan<byte> rest)
    {
        var length = TakeNumber(ref rest);
        Demand(length <= rest.Length, "an early end");
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    private static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException($"a private key with {otherwise}");
        }
    }
}
