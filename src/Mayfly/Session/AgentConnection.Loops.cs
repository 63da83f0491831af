using Mayfly.Protocol;

namespace Mayfly.Session;

internal sealed partial class AgentConnection
{
    private const int MaxPingBytes = 64;

    private async Task ReadLoopAsync()
    {
        try
        {
            while (await _reader.ReadAsync(ProtocolLimits.MaxControlBytes, _ending.Token).ConfigureAwait(false) is { } frame)
            {
                Dispatch(frame);
                if (_freezing is { IsFrozen: true })
                {
                    await RefuseMoreAsync().ConfigureAwait(false);
                    break;
                }
            }

            Break("the guest closed it", null);
        }
        catch (ProtocolException exception)
        {
            Break($"the guest broke the protocol with {GuestMessages.Clean(exception.Message)}", exception);
        }
        catch (Exception exception)
        {
            Break($"its stream failed, {exception.Message}", exception);
        }
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            await _queue.RunAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Break($"its stream failed, {exception.Message}", exception);
        }
    }

    private void Dispatch(Frame frame)
    {
        if (frame.Header.Channel == 0)
        {
            DispatchSession(frame);
            return;
        }

        GuestChannel? channel;
        lock (_gate)
        {
            if (!_channels.TryGetValue(frame.Header.Channel, out channel) && frame.Header.Channel > _lastChannel)
            {
                throw new ProtocolException($"a {frame.Header.Type} frame on channel {frame.Header.Channel}, which was never open");
            }
        }

        // A channel that has ended is no longer listed; what the guest sends there had no way to know or does no harm.
        if (channel is not null && !channel.Receive(frame))
        {
            Forget(channel);
        }
    }

    private void DispatchSession(Frame frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Ping when frame.Payload.Length <= MaxPingBytes:
                _queue.Pong(frame.Payload.Span);
                break;
            case FrameType.Pong when frame.Payload.Length <= MaxPingBytes:
                break;
            default:
                throw new ProtocolException($"an unexpected {frame.Header.Type} frame of {frame.Payload.Length} bytes on the session's own channel");
        }
    }

    private void Forget(GuestChannel channel)
    {
        lock (_gate)
        {
            _channels.Remove(channel.Number);
        }

        if (channel is ForwardChannel)
        {
            _forwardSlots.Release();
        }

        _slots.Release();
        Log.ChannelEnded(_logger, channel.Number);
    }
}
