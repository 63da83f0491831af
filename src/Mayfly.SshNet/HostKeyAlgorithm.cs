using System.Buffers.Binary;
using System.Text;

namespace Mayfly.SshNet;

/// <summary>
/// Which of SSH.NET's algorithms a server may show its key with. Of a server with keys of several kinds only the one that is
/// known will do, so no other is offered; certificates and SHA-1 never are.
/// </summary>
internal static class HostKeyAlgorithm
{
    private static readonly string[] _rsa = ["rsa-sha2-512", "rsa-sha2-256"];
    private static readonly string[] _known = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", .. _rsa];

    /// <summary>Whether a key can be shown with it.</summary>
    /// <param name="name">The algorithm's name.</param>
    /// <param name="key">The key as SSH sends it; empty for any key.</param>
    public static bool Suits(string name, ReadOnlySpan<byte> key) =>
        _known.Contains(name) && (key.IsEmpty || (KindOf(key) == "ssh-rsa" ? _rsa.Contains(name) : KindOf(key) == name));

    /// <summary>The kind of a key, by which its blob begins; empty where it is none.</summary>
    public static string KindOf(ReadOnlySpan<byte> key) =>
        key.Length > sizeof(int) && BinaryPrimitives.ReadUInt32BigEndian(key) is var length && length <= key.Length - sizeof(int)
            ? Encoding.ASCII.GetString(key.Slice(sizeof(int), (int)length))
            : "";
}
