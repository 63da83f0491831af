using System.Text;

namespace Mayfly.Hypervisors;

/// <summary>The last bytes a guest wrote to its console, in a ring of fixed size. Safe for use by several threads.</summary>
internal sealed class ConsoleLog(int capacityBytes)
{
    /// <summary>Bytes kept unless told otherwise.</summary>
    public const int DefaultCapacityBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly byte[] _ring = new byte[capacityBytes];
    private long _written;

    /// <summary>Bytes ever written, kept or not.</summary>
    public long TotalBytes
    {
        get
        {
            lock (_gate)
            {
                return _written;
            }
        }
    }

    /// <summary>Adds bytes; the oldest make room.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _written += Math.Max(0, bytes.Length - _ring.Length);
            var kept = bytes[Math.Max(0, bytes.Length - _ring.Length)..];
            var start = (int)(_written % _ring.Length);
            var first = Math.Min(kept.Length, _ring.Length - start);
            kept[..first].CopyTo(_ring.AsSpan(start));
            kept[first..].CopyTo(_ring);
            _written += kept.Length;
        }
    }

    /// <summary>What is kept, oldest first; invalid UTF-8 becomes replacement characters. Untrusted text.</summary>
    public string GetText()
    {
        lock (_gate)
        {
            var length = (int)Math.Min(_written, _ring.Length);
            var start = (int)((_written - length) % _ring.Length);
            var bytes = new byte[length];
            var first = Math.Min(length, _ring.Length - start);
            _ring.AsSpan(start, first).CopyTo(bytes);
            _ring.AsSpan(0, length - first).CopyTo(bytes.AsSpan(first));
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
