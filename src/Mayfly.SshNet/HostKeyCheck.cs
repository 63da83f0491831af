using System.Security.Cryptography;
using Renci.SshNet.Common;

namespace Mayfly.SshNet;

/// <summary>
/// The server's key: the one it must have, else the first one it shows; and no other when the keys of a connection are
/// exchanged anew.
/// </summary>
internal sealed class HostKeyCheck(ReadOnlyMemory<byte> expected)
{
    private volatile byte[]? _refused;

    /// <summary>The key the server must have; empty until there is one.</summary>
    public ReadOnlyMemory<byte> Presented { get; private set; } = expected;

    /// <summary>Another one that the server has shown, and was refused for; untrusted.</summary>
    public byte[]? Refused => _refused;

    /// <summary>SSH.NET trusts whatever is not refused here.</summary>
    public void Check(object? sender, HostKeyEventArgs told)
    {
        told.CanTrust = false;
        if (Presented.IsEmpty)
        {
            Presented = told.HostKey;
        }

        if (CryptographicOperations.FixedTimeEquals(told.HostKey, Presented.Span))
        {
            told.CanTrust = true;
        }
        else
        {
            _refused = told.HostKey;
        }
    }
}
