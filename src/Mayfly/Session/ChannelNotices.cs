using System.Buffers;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>What a channel has to tell the guest that needs no room in the queue. Guarded by the queue's lock.</summary>
internal sealed class ChannelNotices
{
    private static readonly byte[] CancelMessage = ProtocolJson.Encode(new CancelControl(), ProtocolJson.Default.Control);

    private uint _outputCredit;
    private uint _errorCredit;
    private bool _inputClosedUnsent;
    private bool _cancelUnsent;
    private bool _cancelled;

    /// <summary>Whether the queue has the channel in its list of those with something to say.</summary>
    public bool Listed { get; set; }

    /// <summary>Whether no more input may be sent.</summary>
    public bool InputClosed { get; private set; }

    public void AddCredit(StreamId source, int bytes)
    {
        if (source == StreamId.Output)
        {
            _outputCredit += (uint)bytes;
        }
        else
        {
            _errorCredit += (uint)bytes;
        }
    }

    public void CloseInput()
    {
        _inputClosedUnsent |= !InputClosed;
        InputClosed = true;
    }

    public void Cancel()
    {
        _cancelUnsent |= !_cancelled;
        _cancelled = true;
    }

    public void WriteTo(ArrayBufferWriter<byte> buffer, uint channel)
    {
        Listed = false;
        if (_outputCredit > 0)
        {
            OutgoingQueue.AppendCredit(buffer, channel, StreamId.Output, _outputCredit);
            _outputCredit = 0;
        }

        if (_errorCredit > 0)
        {
            OutgoingQueue.AppendCredit(buffer, channel, StreamId.Error, _errorCredit);
            _errorCredit = 0;
        }

        if (_cancelUnsent)
        {
            OutgoingQueue.Append(buffer, new FrameHeader(CancelMessage.Length, FrameType.Control, StreamId.Input, channel), CancelMessage);
            _cancelUnsent = false;
        }

        if (_inputClosedUnsent)
        {
            OutgoingQueue.Append(buffer, new FrameHeader(0, FrameType.Eof, StreamId.Input, channel), []);
            _inputClosedUnsent = false;
        }
    }
}
