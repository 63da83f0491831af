using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>
/// SHA-256 of a file that is mostly holes. It is over the file's length and over offset and content of each block that is
/// not all zeros: where holes are is the file system's business and may change, what is read may not.
/// </summary>
internal static class SparseDigest
{
    private const int BlockBytes = 4096;
    private const int BufferBytes = 1024 * 1024;

    /// <summary>The digest in lower-case hexadecimal. Blocks its thread, for as long as it takes to read the data.</summary>
    /// <exception cref="IOException">The file can't be read, or becomes shorter meanwhile.</exception>
    public static string Of(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = RandomAccess.GetLength(file);
        Append(hash, length);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // Data may begin and end within a block of ours, so the next search begins behind the block.
            for (long offset = 0; offset < length && Libc.NextData(file, offset) is { } data;)
            {
                var end = Math.Min(length, (data.End + BlockBytes - 1) / BlockBytes * BlockBytes);
                offset = data.Begin / BlockBytes * BlockBytes;
                while (offset < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var part = buffer.AsSpan(0, (int)Math.Min(BufferBytes, end - offset));
                    ReadExactly(file, part, offset);
                    Append(hash, part, offset);
                    offset += part.Length;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part, long offset)
    {
        for (var begin = 0; begin < part.Length; begin += BlockBytes)
        {
            var block = part.Slice(begin, Math.Min(BlockBytes, part.Length - begin));
            if (block.ContainsAnyExcept((byte)0))
            {
                Append(hash, offset + begin);
                hash.AppendData(block);
            }
        }
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> part, long offset)
    {
        while (part.Length > 0)
        {
            var count = RandomAccess.Read(file, part, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("the file has become shorter while it was read");
            }

            part = part[count..];
            offset += count;
        }
    }
}
