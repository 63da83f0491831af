using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Ssh;

/// <summary>A public key as SSH has it: a blob that begins with its algorithm's name.</summary>
internal sealed class SshPublicKey : IEquatable<SshPublicKey>
{
    /// <summary>The one kind that Mayfly makes.</summary>
    public const string Ed25519 = "ssh-ed25519";

    /// <summary>Of a raw ed25519 key.</summary>
    public const int RawBytes = 32;

    /// <summary>An RSA key of 16384 bits has 2 KiB.</summary>
    private const int MaxBlobBytes = 8 * 1024;
    private const int MaxTextChars = 16 * 1024;
    private const int MaxAlgorithmChars = 64;

    private readonly byte[] _blob;

    private SshPublicKey(string algorithm, byte[] blob) => (Algorithm, _blob) = (algorithm, blob);

    /// <summary>Such as <c>ssh-ed25519</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The key as it goes over the wire.</summary>
    public ReadOnlySpan<byte> Blob => _blob;

    /// <summary>The 32 bytes of an ed25519 key; empty for another kind.</summary>
    public ReadOnlyMemory<byte> Raw => Algorithm == Ed25519 ? _blob.AsMemory(_blob.Length - RawBytes) : default;

    /// <summary>As OpenSSH shows it: <c>SHA256:</c> and 43 characters.</summary>
    public string Fingerprint => $"SHA256:{Convert.ToBase64String(SHA256.HashData(_blob)).TrimEnd('=')}";

    /// <summary>
    /// What <c>HostKeyAlgorithms</c> must say so that a server shows its key of this kind; null for a kind that no OpenSSH of
    /// today takes.
    /// </summary>
    public string? SignatureAlgorithms => Algorithm switch
    {
        "ssh-rsa" => "rsa-sha2-512,rsa-sha2-256",
        Ed25519 or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521" or "sk-ssh-ed25519@openssh.com"
            or "sk-ecdsa-sha2-nistp256@openssh.com" => Algorithm,
        _ => null,
    };

    /// <summary>The key of these 32 bytes.</summary>
    public static SshPublicKey FromRaw(ReadOnlySpan<byte> raw)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(raw.Length, RawBytes);
        var blob = new byte[sizeof(int) + Ed25519.Length + sizeof(int) + RawBytes];
        BinaryPrimitives.WriteInt32BigEndian(blob, Ed25519.Length);
        Encoding.ASCII.GetBytes(Ed25519, blob.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32BigEndian(blob.AsSpan(sizeof(int) + Ed25519.Length), RawBytes);
        raw.CopyTo(blob.AsSpan(blob.Length - RawBytes));
        return new SshPublicKey(Ed25519, blob);
    }

    /// <summary>The key of a blob that a client has checked the server's signature with.</summary>
    /// <exception cref="SandboxSshException">It is none (MAY2108).</exception>
    public static SshPublicKey FromBlob(ReadOnlySpan<byte> blob)
    {
        if (blob.Length is > sizeof(int) and <= MaxBlobBytes
            && BinaryPrimitives.ReadUInt32BigEndian(blob) is > 0 and <= MaxAlgorithmChars and var length
            && blob.Length > sizeof(int) + length
            && Encoding.ASCII.GetString(blob.Slice(sizeof(int), (int)length)) is var algorithm
            && algorithm.All(character => character is > ' ' and <= '~')
            && IsOf(blob, algorithm))
        {
            return new SshPublicKey(algorithm, blob.ToArray());
        }

        throw SshErrors.SessionFailed("The SSH client has told a host key that is none.");
    }

    /// <summary>Reads <c>ALGORITHM BASE64 [COMMENT]</c> on one line, whoever wrote it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SshPublicKey? key)
    {
        key = null;
        var line = text.Length > MaxTextChars ? "" : text.Trim();
        if (line.AsSpan().ContainsAny('\r', '\n'))
        {
            return false;
        }

        var words = line.Split((char[]?)[' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0].Length > MaxAlgorithmChars || !Base64.IsValid(words[1]) || words[1].Length > MaxBlobBytes / 3 * 4)
        {
            return false;
        }

        var blob = Convert.FromBase64String(words[1]);
        if (!IsOf(blob, words[0]))
        {
            return false;
        }

        key = new SshPublicKey(words[0], blob);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(SshPublicKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_blob, other._blob);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SshPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_blob);
        return hash.ToHashCode();
    }

    /// <summary><c>ALGORITHM BASE64</c>.</summary>
    public override string ToString() => $"{Algorithm} {Convert.ToBase64String(_blob)}";

    // The name must be the blob's own, or a line could promise one kind of key and bring another.
    private static bool IsOf(ReadOnlySpan<byte> blob, string algorithm)
    {
        if (blob.Length < sizeof(int))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        return length == algorithm.Length
            && blob.Length > sizeof(int) + algorithm.Length
            && Ascii.Equals(blob.Slice(sizeof(int), algorithm.Length), algorithm)
            && (algorithm != Ed25519 || IsEd25519(blob[(sizeof(int) + algorithm.Length)..]));
    }

    private static bool IsEd25519(ReadOnlySpan<byte> rest) =>
        rest.Length == sizeof(int) + RawBytes && BinaryPrimitives.ReadUInt32BigEndian(rest) == RawBytes;
}
