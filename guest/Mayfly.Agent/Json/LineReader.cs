namespace Mayfly.Agent.Json;

/// <summary>
/// Cuts bytes into lines. Of a line beyond the limit nothing is kept; its end is still awaited, so that each line has
/// its answer, in order.
/// </summary>
internal sealed class LineReader(int maxLineBytes)
{
    // What a long line has taken is given back; less than this is kept for the next.
    private const int KeptBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _scanned;
    private bool _skipping;

    /// <summary>Whether <see cref="End"/> was called.</summary>
    public bool Ended { get; private set; }

    /// <summary>Adds bytes; to be called when <see cref="TryTake"/> finds no more lines in those before.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var held = _end - _start;
        var source = _buffer;
        if (held + bytes.Length > _buffer.Length)
        {
            // At most one line without its end and one piece are held, so this is bounded.
            _buffer = new byte[Math.Max(held + bytes.Length, Math.Min(_buffer.Length * 2, maxLineBytes + KeptBytes))];
        }

        Buffer.BlockCopy(source, _start, _buffer, 0, held);
        bytes.CopyTo(_buffer.AsSpan(held));
        _scanned -= _start;
        _start = 0;
        _end = held + bytes.Length;
    }

    /// <summary>No more bytes follow: what is left is a line too.</summary>
    public void End() => Ended = true;

    /// <summary>Takes the next line, which is valid until the next call of any method.</summary>
    public LineKind TryTake(out ReadOnlySpan<byte> line)
    {
        var newline = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (newline < 0 && !(Ended && (_skipping || _end > _start)))
        {
            line = [];
            _scanned = _end;
            _skipping |= _end - _start > maxLineBytes;
            if (_skipping || _end == _start)
            {
                Empty();
            }

            return LineKind.None;
        }

        var length = (newline < 0 ? _end : _scanned + newline) - _start;
        line = _buffer.AsSpan(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        _scanned = _start;
        if (_skipping || length > maxLineBytes)
        {
            _skipping = false;
            line = [];
            return LineKind.TooLong;
        }

        return LineKind.Line;
    }

    private void Empty()
    {
        _start = _end = _scanned = 0;
        if (_buffer.Length > KeptBytes)
        {
            _buffer = [];
        }
    }
}
