using System.Buffers;
using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

// The packets of one connection, in both directions.
internal sealed partial class VsockConnection
{
    /// <summary>Takes a packet of the guest's.</summary>
    /// <param name="header">Its header, with ports and context ids already checked.</param>
    /// <param name="payload">What follows the header; at least as long as the header says.</param>
    public void Receive(in PacketHeader header, ref ChainReader payload)
    {
        if (header.Operation == PacketOperation.Reset)
        {
            End(
                _established ? ErrorCode.VsockFailed : ErrorCode.VsockRefused,
                _established ? $"the guest reset the vsock connection {Describe()}" : $"nobody listens on vsock port {Key.GuestPort} in the guest. Start the program there first.");
            return;
        }

        if (!_credit.TryUpdate(header))
        {
            ResetBecause("the guest claimed to have taken more than it was sent");
            return;
        }

        switch (header.Operation)
        {
            case PacketOperation.Response when !_established && _due != PacketOperation.Request:
                _timer?.Dispose();
                _timer = null;
                _established = true;

                // Nobody may be waiting any more; the stream is disposed of then, and the connection shuts down in order.
                _connecting!.TrySetResult(Stream);
                break;
            case PacketOperation.ReadWrite when _established:
                ReceiveData(header.Length, ref payload);
                break;
            case PacketOperation.Shutdown when _established:
                ReceiveShutdown((ShutdownFlags)header.Flags & ShutdownFlags.Both);
                break;
            case PacketOperation.CreditUpdate when _established:
                break;
            case PacketOperation.CreditRequest when _established:
                _due = _due == PacketOperation.Invalid ? PacketOperation.CreditUpdate : _due;
                break;
            default:
                ResetBecause($"the guest sent a {header.Operation} out of turn");
                break;
        }
    }

    /// <summary>Whether there is a packet to send. Also takes note of what the application has done since the last look.</summary>
    public bool HasOutput() => NextOperation() != PacketOperation.Invalid;

    /// <summary>Writes the next packet into a buffer of the guest's.</summary>
    /// <returns>False where there is none.</returns>
    public bool TrySend(ref ChainWriter writer)
    {
        var operation = NextOperation();
        switch (operation)
        {
            case PacketOperation.Invalid:
                return false;
            case PacketOperation.ReadWrite:
                SendData(ref writer);
                return true;
            case PacketOperation.Shutdown:
                _hostEnded |= ShutdownsDue();
                WriteHeader(ref writer, operation, length: 0, flags: (uint)_hostEnded);
                return true;
            default:
                _due = PacketOperation.Invalid;
                WriteHeader(ref writer, operation, length: 0, flags: 0);
                return true;
        }
    }

    private void ReceiveData(uint length, ref ChainReader payload)
    {
        if (_guestEnded.HasFlag(ShutdownFlags.Send))
        {
            ResetBecause("the guest sent data after it had said that it would not");
        }
        else if (!_credit.TryReceive(length))
        {
            ResetBecause("the guest sent more than it was granted");
        }
        else if (Stream.IsDisposed)
        {
            _credit.Discard();
        }
        else if (length > 0)
        {
            for (var left = (int)length; left > 0;)
            {
                var piece = payload.Next(left);
                _inbound.Writer.Write(piece);
                left -= piece.Length;
            }

#pragma warning disable CA2012 // Complete at once: the pipe has no threshold.
            _ = _inbound.Writer.FlushAsync();
#pragma warning restore CA2012
        }
    }

    private void ReceiveShutdown(ShutdownFlags flags)
    {
        _guestEnded |= flags;
        if (_guestEnded == ShutdownFlags.Both)
        {
            // The guest has closed and waits for a reset (section 5.10.6.5).
            ResetBecause("the guest has closed it");
        }
        else if (flags.HasFlag(ShutdownFlags.Send))
        {
            _inbound.Writer.Complete();
        }
        else if (flags.HasFlag(ShutdownFlags.Receive))
        {
            var reason = $"the guest will not receive any more on the vsock connection {Describe()}";
            _outbound.Reader.Complete(new IOException(reason, new SandboxVsockException(ErrorCode.VsockFailed, reason)));
        }
    }

    private PacketOperation NextOperation()
    {
        if (IsOver)
        {
            return PacketOperation.Invalid;
        }

        if (!_established && Stream.IsDisposed)
        {
            ResetBecause("it was given up");
            return PacketOperation.Invalid;
        }

        if (_established && Stream.IsDisposed)
        {
            _credit.Discard();
            if (_timer is null)
            {
                Linger();
            }
        }

        if (_due != PacketOperation.Invalid || !_established)
        {
            return _due;
        }

        if (_credit.Available > 0 && HasData())
        {
            return PacketOperation.ReadWrite;
        }

        if ((ShutdownsDue() & ~_hostEnded) != 0)
        {
            return PacketOperation.Shutdown;
        }

        return _credit.IsUpdateDue ? PacketOperation.CreditUpdate : PacketOperation.Invalid;
    }

    private bool HasData()
    {
        if (_guestEnded.HasFlag(ShutdownFlags.Receive) || !_outbound.Reader.TryRead(out var result))
        {
            return false;
        }

        _outbound.Reader.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>The directions that the application has ended, once all it wrote is on its way.</summary>
    private ShutdownFlags ShutdownsDue()
    {
        if (_guestEnded.HasFlag(ShutdownFlags.Receive))
        {
            return Stream.IsDisposed ? ShutdownFlags.Both : ShutdownFlags.None;
        }

        if (!_outbound.Reader.TryRead(out var result))
        {
            return ShutdownFlags.None;
        }

        _outbound.Reader.AdvanceTo(result.Buffer.Start);
        return !result.IsCompleted || !result.Buffer.IsEmpty
            ? ShutdownFlags.None
            : Stream.IsDisposed ? ShutdownFlags.Both : ShutdownFlags.Send;
    }

    private void SendData(ref ChainWriter writer)
    {
        _outbound.Reader.TryRead(out var result);
        var room = Math.Min(writer.Capacity - PacketHeader.Bytes, VsockLimits.MaxPayloadBytes);
        var length = Math.Min(Math.Min(result.Buffer.Length, room), _credit.Available);
        var data = result.Buffer.Slice(0, length);
        _credit.NoteSent((int)length);
        WriteHeader(ref writer, PacketOperation.ReadWrite, (uint)length, flags: 0);
        foreach (var piece in data)
        {
            writer.Write(piece.Span);
        }

        // Only what is consumed counts as examined, so that the rest is there at the next look.
        _outbound.Reader.AdvanceTo(data.End);
    }

    private void WriteHeader(ref ChainWriter writer, PacketOperation operation, uint length, uint flags)
    {
        Span<byte> bytes = stackalloc byte[PacketHeader.Bytes];
        var header = Key.ToGuest(operation) with
        {
            Length = length,
            Flags = flags,
            BufferBytes = VsockLimits.ReceiveBufferBytes,
            ForwardedBytes = _credit.Tell(),
        };
        header.Write(bytes);
        writer.Write(bytes);
    }
}
