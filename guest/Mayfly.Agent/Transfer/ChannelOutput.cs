using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>A channel's output for a thread that may wait: gathers full frames and sends them as credit comes.</summary>
internal sealed class ChannelOutput(ChannelLink link)
{
    private readonly object _gate = new();
    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(FrameHeader.Size + FrameWriter.DataBytes);
    private int _length;
    private long _credit = ProtocolLimits.WindowBytes;
    private TransferException? _failure;

    /// <summary>Room to write into; never empty. What was written counts from <see cref="Commit"/> on.</summary>
    public Span<byte> Room => _frame.AsSpan(FrameHeader.Size + _length);

    public void Commit(int bytes)
    {
        _length += bytes;
        if (_length == FrameWriter.DataBytes)
        {
            Flush();
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room;
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            Commit(count);
        }
    }

    public void WriteZeros(int count)
    {
        Span<byte> zeros = stackalloc byte[count];
        zeros.Clear();
        Write(zeros);
    }

    /// <exception cref="TransferException">The transfer was ended from outside.</exception>
    public void Flush()
    {
        while (_length > 0)
        {
            var allowed = (int)Math.Min(WaitForCredit(), _length);
            link.SendData(StreamId.Output, _frame, allowed);
            _length -= allowed;
            _frame.AsSpan(FrameHeader.Size + allowed, _length).CopyTo(_frame.AsSpan(FrameHeader.Size));
            lock (_gate)
            {
                _credit -= allowed;
            }
        }
    }

    public void Grant(uint bytes)
    {
        lock (_gate)
        {
            _credit += bytes;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Makes the writer stop with this failure.</summary>
    public void Fail(TransferException failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            Monitor.Pulse(_gate);
        }
    }

    private long WaitForCredit()
    {
        lock (_gate)
        {
            while (_credit <= 0 && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            return _failure is null ? _credit : throw _failure;
        }
    }
}
