using System.Text;

namespace Mayfly.Hypervisors;

/// <summary>
/// The last bytes a guest wrote to its console, in a ring that grows with what is written up to its capacity. Safe for use by
/// several threads.
/// </summary>
internal sealed class ConsoleLog(int capacityBytes)
{
    private const int FirstBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private byte[] _ring = new byte[Math.Min(capacityBytes, FirstBytes)];
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
            Grow(bytes.Length);
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
    /// <param name="lastBytes">How much of its end is wanted.</param>
    public string GetText(int lastBytes = int.MaxValue)
    {
        lock (_gate)
        {
            var length = (int)Math.Min(Math.Min(_written, _ring.Length), lastBytes);
            var start = (int)((_written - length) % _ring.Length);
            var bytes = new byte[length];
            var first = Math.Min(length, _ring.Length - start);
            _ring.AsSpan(start, first).CopyTo(bytes);
            _ring.AsSpan(0, length - first).CopyTo(bytes.AsSpan(first));
            return Encoding.UTF8.GetString(bytes);
        }
    }

    /// <summary>Makes room while nothing has been overwritten yet, so that what is kept still begins at the ring's.</summary>
    private void Grow(int bytes)
    {
        if (_written + bytes > _ring.Length && _ring.Length < capacityBytes)
        {
            var wanted = Math.Max(_ring.Length * 2L, _written + bytes);
            Array.Resize(ref _ring, (int)Math.Min(wanted, capacityBytes));
        }
    }
}
