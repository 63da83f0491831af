using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>A channel's input for a thread that takes its time: a ring of one window, filled by the loop.</summary>
internal sealed class ChannelInput(ChannelLink link)
{
    private readonly object _gate = new();
    private readonly InputCredit _credit = new(link);
    private byte[] _ring = [];
    private long _received;
    private long _taken;
    private bool _ended;
    private TransferException? _failure;

    /// <returns>False where the host sent more than it was granted.</returns>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        if (!_credit.TryReceive(bytes.Length))
        {
            return false;
        }

        lock (_gate)
        {
            if (_ring.Length == 0)
            {
                _ring = GC.AllocateUninitializedArray<byte>(ProtocolLimits.WindowBytes);
            }

            var position = (int)(_received % _ring.Length);
            var head = Math.Min(bytes.Length, _ring.Length - position);
            bytes[..head].CopyTo(_ring.AsSpan(position));
            bytes[head..].CopyTo(_ring);
            _received += bytes.Length;
            Monitor.Pulse(_gate);
        }

        return true;
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Makes the reader stop with this failure.</summary>
    public void Fail(TransferException failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for bytes and shows some; they stay until <see cref="Take"/>. Empty at the end of the input.</summary>
    /// <exception cref="TransferException">The transfer was ended from outside.</exception>
    public ReadOnlySpan<byte> Peek(long limit)
    {
        lock (_gate)
        {
            while (_received == _taken && !_ended && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            if (_failure is not null)
            {
                throw _failure;
            }

            if (_received == _taken)
            {
                return default;
            }

            var position = (int)(_taken % _ring.Length);
            var length = Math.Min(Math.Min(_received - _taken, _ring.Length - position), limit);
            return _ring.AsSpan(position, (int)length);
        }
    }

    /// <summary>Gives the room of bytes that are dealt with back to the host.</summary>
    public void Take(int bytes)
    {
        lock (_gate)
        {
            _taken += bytes;
        }

        _credit.Consume(bytes);
    }

    /// <summary>Fills the span.</summary>
    /// <returns>False at the end of the input, if that is before the first byte.</returns>
    /// <exception cref="TransferException">The input ends in the middle.</exception>
    public bool TryFill(Span<byte> destination)
    {
        var filled = 0;
        while (filled < destination.Length)
        {
            var piece = Peek(destination.Length - filled);
            if (piece.IsEmpty)
            {
                return filled == 0 ? false : throw Truncated();
            }

            piece.CopyTo(destination[filled..]);
            filled += piece.Length;
            Take(piece.Length);
        }

        return true;
    }

    public void Skip(long bytes)
    {
        while (bytes > 0)
        {
            var piece = Peek(bytes);
            if (piece.IsEmpty)
            {
                throw Truncated();
            }

            bytes -= piece.Length;
            Take(piece.Length);
        }
    }

    public static TransferException Truncated() =>
        new(FailureCode.BadRequest, "the tar stream ends in the middle of an entry");
}
