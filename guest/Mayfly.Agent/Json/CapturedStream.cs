using System.Buffers;

namespace Mayfly.Agent.Json;

/// <summary>What a command has written to one of its outputs, up to its own limit and what all may have together.</summary>
internal sealed class CapturedStream(int maxBytes, CaptureBudget budget)
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    /// <summary>Bytes that have come since credit was last granted for them.</summary>
    public int Ungranted { get; set; }

    /// <returns>False where not all of them fit.</returns>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        Ungranted += bytes.Length;
        var fitting = budget.Take(Math.Min(bytes.Length, maxBytes - _buffer.WrittenCount));
        _buffer.Write(bytes[..fitting]);
        return fitting == bytes.Length;
    }
}
