using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Session.Transfers;

/// <summary>
/// Remembers which paths a pull has brought and which of them are directories, by hash: names may be 4 KB long and a
/// million of them has to fit. The hash is a cryptographic one because the guest chooses the names.
/// </summary>
internal sealed class SeenEntries
{
    private readonly Dictionary<UInt128, bool> _isDirectory = [];

    public int Count => _isDirectory.Count;

    /// <summary>Notes an entry.</summary>
    /// <exception cref="SandboxTransferException">MAY3013: it comes twice, or below something that did not come as a directory.</exception>
    public void Add(string name, TarEntryKind kind)
    {
        if (name != EntryNames.Root && !(_isDirectory.TryGetValue(Hash(ParentOf(name)), out var isDirectory) && isDirectory))
        {
            throw TransferErrors.Unsafe(name, "it lies below something that was not sent as a directory");
        }

        if (!_isDirectory.TryAdd(Hash(name), kind == TarEntryKind.Directory))
        {
            throw TransferErrors.Unsafe(name, "it was sent before");
        }
    }

    /// <summary>The path of the directory an entry lies in.</summary>
    public static string ParentOf(string name)
    {
        var slash = name.LastIndexOf('/');
        return slash < 0 ? EntryNames.Root : name[..slash];
    }

    private static UInt128 Hash(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
