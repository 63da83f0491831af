using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Images.Cache;

/// <summary>SHA-256 over a sequence of strings, each with its length before it, so that no two sequences look alike.</summary>
internal sealed class Fingerprint
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>SHA-256 of bytes, in lower-case hexadecimal.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>SHA-256 of the rest of a stream, in lower-case hexadecimal.</summary>
    public static async Task<string> OfStreamAsync(Stream stream, CancellationToken cancellationToken)
        => Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));

    /// <summary>Adds a string.</summary>
    public Fingerprint Add(string value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), Encoding.UTF8.GetByteCount(value));
        _bytes.Advance(sizeof(int));
        Encoding.UTF8.GetBytes(value, _bytes);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public Fingerprint Add(long value) => Add(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds names and values in the order of the names.</summary>
    public Fingerprint Add(IReadOnlyCollection<KeyValuePair<string, string>> pairs)
    {
        Add(pairs.Count);
        foreach (var (name, value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(name).Add(value);
        }

        return this;
    }

    /// <summary>The digest so far, in lower-case hexadecimal.</summary>
    public string ToHex() => OfBytes(_bytes.WrittenSpan);
}
