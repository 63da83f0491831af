using System.Buffers;

namespace Mayfly;

/// <summary>The beginning of one output of a command, up to a limit, and the count of all of it.</summary>
internal sealed class CapturedOutput(long limitBytes)
{
    private readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>Bytes the command wrote, kept or not.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>What was kept.</summary>
    public ReadOnlyMemory<byte> Bytes => _kept.WrittenMemory;

    /// <summary>Whether something was dropped.</summary>
    public bool IsTruncated => TotalBytes > _kept.WrittenCount;

    /// <summary>Takes the next bytes, keeping what still fits.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        TotalBytes += bytes.Length;
        var room = limitBytes - _kept.WrittenCount;
        _kept.Write(bytes[..(int)Math.Min(room, bytes.Length)]);
    }
}
