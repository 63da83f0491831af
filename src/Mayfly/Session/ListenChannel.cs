using System.Threading.Channels;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// The channel of a port that the guest listens on for the host. Announced connections wait here, no more than the guest may
/// have waiting, until they are taken in turn.
/// </summary>
internal sealed class ListenChannel : GuestChannel, IGuestListener
{
    private readonly int _wantedPort;
    private readonly Func<long, bool> _isNew;
    private readonly Func<long, CancellationToken, Task<GuestStream>> _take;
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<long> _announced = Channel.CreateBounded<long>(ProtocolLimits.MaxWaitingConnections);

    private volatile bool _disposed;

    /// <param name="wantedPort">As it was asked for; 0 for any.</param>
    /// <param name="isNew">Whether a connection's number has not been in the session yet; asked once for each.</param>
    /// <param name="take">Opens the channel of a connection.</param>
    /// <param name="queue">Where to speak.</param>
    /// <param name="timeProvider">The clock.</param>
    public ListenChannel(
        int wantedPort, Func<long, bool> isNew, Func<long, CancellationToken, Task<GuestStream>> take, OutgoingQueue queue, TimeProvider timeProvider)
        : base(queue, timeProvider)
    {
        _wantedPort = wantedPort;
        _isNew = isNew;
        _take = take;
    }

    public int Port { get; private set; }

    /// <summary>Completes when the guest listens; faults where it can't, or with the session.</summary>
    public Task Listening => _listening.Task;

    protected override OutboundStream? Outbound => null;

    public async Task<GuestStream> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var connection = await _announced.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (await TryTakeAsync(connection, cancellationToken).ConfigureAwait(false) is { } stream)
                {
                    return stream;
                }
            }
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } reason)
        {
            throw reason switch
            {
                SessionBrokenException broken => new SessionBrokenException(broken.Message, broken),
                ObjectDisposedException => new ObjectDisposedException(nameof(IGuestListener)),
                SandboxForwardException failed => new SandboxForwardException(failed.Code, failed.Message, failed),
                _ => new IOException(reason.Message, reason),
            };
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _announced.Writer.TryComplete(new ObjectDisposedException(nameof(IGuestListener)));
        while (_announced.Reader.TryRead(out _))
        {
            // The guest resets those that nobody takes any more.
        }

        if (!HasEnded)
        {
            Queue.Cancel(this);
        }

        return ValueTask.CompletedTask;
    }

    public override void Break(SessionBrokenException reason)
    {
        base.Break(reason);
        Fail(reason);
    }

    protected override InboundStream? FindInbound(StreamId id) => null;

    protected override void OnProgress(Progress progress)
    {
        switch (progress)
        {
            case ListeningProgress { Port: var port } when Port == 0 && (_wantedPort == 0 || _wantedPort == port):
                Port = port;
                _listening.TrySetResult();
                break;
            case ConnectionProgress { Connection: var connection } when Port != 0:
                Announce(connection);
                break;
            default:
                throw new ProtocolException($"{progress} for the listener on channel {Number}, out of place");
        }
    }

    protected override void OnOutcome(Outcome outcome)
    {
        SandboxForwardException reason;
        switch (outcome)
        {
            case FailedOutcome failed:
                reason = ForwardErrors.FromGuest(failed);
                break;
            case ClosedOutcome when Port != 0:
                reason = new SandboxForwardException(Diagnostics.ErrorCode.ForwardFailed, $"the guest listens on port {Port} no more.");
                break;
            default:
                throw new ProtocolException($"a {outcome.GetType().Name} for the listener on channel {Number}");
        }

        End();
        Fail(reason);
    }

    /// <summary>The connection; null where the guest no longer has it, which is its program's affair.</summary>
    private async Task<GuestStream?> TryTakeAsync(long connection, CancellationToken cancellationToken)
    {
        try
        {
            return await _take(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (SandboxForwardException)
        {
            return null;
        }
    }

    private void Announce(long connection)
    {
        if (!_isNew(connection))
        {
            throw new ProtocolException($"connection {connection} where a higher number was due");
        }

        // What comes after the disposal here had set out before the guest knew of it.
        if (!_announced.Writer.TryWrite(connection) && !_disposed)
        {
            throw new ProtocolException($"more than {ProtocolLimits.MaxWaitingConnections} connections that nobody has taken");
        }
    }

    private void Fail(Exception reason)
    {
        _announced.Writer.TryComplete(reason);
        _listening.TrySetException(reason);

        // Nobody need have looked at it.
        _ = _listening.Task.Exception;
    }
}
