using System.Buffers.Binary;

namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>Messages on a stream: four bytes of length, the lowest first, then as many bytes.</summary>
internal static class WorkerFrames
{
    /// <summary>What no message reaches: a few texts of the longest kind, four bytes for each character.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>The frame of a message.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public static byte[] Frame(byte[] message)
    {
        if (message.Length > MostBytes)
        {
            throw new InvalidDataException($"a message of {message.Length} bytes, but a frame holds {MostBytes}");
        }

        var frame = new byte[sizeof(int) + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, sizeof(int));
        return frame;
    }

    /// <summary>Reads a message, or waits for it; null where the stream ends before it.</summary>
    /// <exception cref="InvalidDataException">The stream ends within it, or it is too long.</exception>
    public static byte[]? Read(Stream stream)
    {
        var header = new byte[sizeof(int)];
        if (MessageFor(header, stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)) is not { } message)
        {
            return null;
        }

        return Whole(message, stream.ReadAtLeast(message, message.Length, throwOnEndOfStream: false));
    }

    /// <summary>Reads a message; null where the stream ends before it.</summary>
    /// <exception cref="InvalidDataException">The stream ends within it, or it is too long.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[sizeof(int)];
        if (MessageFor(header, await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) is not { } message)
        {
            return null;
        }

        return Whole(message, await stream.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
    }

    private static byte[]? MessageFor(byte[] header, int read)
    {
        if (read == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return read == header.Length && length is >= 0 and <= MostBytes ? new byte[length] : throw new InvalidDataException($"a frame of {length} bytes");
    }

    private static byte[] Whole(byte[] message, int read) => read == message.Length ? message : throw new InvalidDataException("a frame that ends in its middle");
}
