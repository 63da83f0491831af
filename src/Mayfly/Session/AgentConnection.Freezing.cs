using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Microsoft.Extensions.Logging;

namespace Mayfly.Session;

internal sealed partial class AgentConnection
{
    // Set before the guest is asked; looked at by the read loop.
    private volatile FreezeChannel? _freezing;

    /// <summary>
    /// Brings the guest to where its machine can be frozen, which ends the conversation: nothing else can be asked of it
    /// afterwards. The stream stays open until the connection is disposed of, for its end would be the guest's: stop the
    /// machine first. <see cref="Closed"/> completes before that only where the guest breaks off or says anything more.
    /// </summary>
    /// <exception cref="SandboxImageException">MAY5005: operations are still open, or the guest refuses.</exception>
    /// <exception cref="SessionBrokenException">The conversation has ended, or ends before the guest has answered.</exception>
    public async Task FreezeAsync(CancellationToken cancellationToken)
    {
        var channel = new FreezeChannel(_queue, _timeProvider);
        var request = Encode(new FreezeRequest());
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _queue.OpenLastAsync(() => RegisterLast(channel), request, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _slots.Release();
            throw;
        }

        Log.ChannelOpened(_logger, channel.Number, nameof(FreezeRequest));
        if (await channel.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false) is FailedOutcome failed)
        {
            throw new SandboxImageException(ErrorCode.TemplateFailed, $"The guest could not be frozen as a template: {failed.Message}.");
        }
    }

    /// <summary>
    /// Has the copy of a frozen machine take on an identity of its own, and opens the conversation with it as
    /// <see cref="OpenAsync"/> does. The stream belongs to the connection from here on, also when this throws.
    /// </summary>
    /// <param name="stream">To the copy, which has not been spoken to yet.</param>
    /// <param name="settings">What the copy is to be; the clock starts at its <see cref="WakeSettings.UnixTimeMs"/>.</param>
    /// <param name="timeProvider">For the conversation's limits.</param>
    /// <param name="logger">Where it reports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProtocolException">The settings are too large for a message.</exception>
    /// <exception cref="SandboxBootException">MAY2004: no agent speaks there, or one of another age.</exception>
    /// <exception cref="SessionBrokenException">The stream ended or failed before the greeting.</exception>
    public static async Task<AgentConnection> WakeAsync(
        Stream stream, WakeSettings settings, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await Handshake.WakeAsync(stream, settings, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return await OpenNamedAsync(stream, settings.HostName, timeProvider, logger, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called with the queue's lock held, under which nothing can be queued behind it.</summary>
    private uint RegisterLast(FreezeChannel channel)
    {
        lock (_gate)
        {
            var open = _channels.Values.Count(other => !other.HasEnded);
            if (open > 0)
            {
                throw new SandboxImageException(
                    ErrorCode.TemplateFailed,
                    $"The guest can't be frozen as a template while commands, transfers or forwarded ports of it are open ({open}). Await or dispose of them first; "
                    + "programs that shall run in every copy can be left in its background.");
            }

            _freezing = channel;
            return Register(channel);
        }
    }

    private async ValueTask RefuseMoreAsync()
    {
        if (await _reader.HasMoreAsync(_ending.Token).ConfigureAwait(false))
        {
            throw new ProtocolException("bytes after it had said that it can be frozen");
        }
    }
}
