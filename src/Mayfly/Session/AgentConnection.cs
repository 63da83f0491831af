using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session.Transfers;
using Microsoft.Extensions.Logging;

namespace Mayfly.Session;

/// <summary>
/// The host's end of the conversation with an agent, over any duplex stream. One loop reads, one writes; the first
/// reason to end wins, fails everything that waits, and is what <see cref="Closed"/> says.
/// </summary>
internal sealed partial class AgentConnection : IGuestConnection
{
    private readonly Stream _stream;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly FrameReader _reader;
    private readonly OutgoingQueue _queue;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _slots = new(ProtocolLimits.MaxChannels);
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, GuestChannel> _channels = [];
    private uint _lastChannel;
    private SessionBrokenException? _broken;
    private Task _loops = Task.CompletedTask;

    private AgentConnection(Stream stream, FrameReader reader, Hello guest, TimeProvider timeProvider, ILogger logger)
    {
        _stream = stream;
        _reader = reader;
        _timeProvider = timeProvider;
        _logger = logger;
        _queue = new OutgoingQueue(stream);
        Guest = guest;
    }

    public Hello Guest { get; }

    public Task<string> Closed => _closed.Task;

    /// <summary>What one pull may bring. Default: <see cref="TransferLimits.Default"/>.</summary>
    public TransferLimits Limits { get; init; } = TransferLimits.Default;

    /// <summary>
    /// Waits for the guest's greeting, answers it and starts the conversation. The stream belongs to the connection
    /// from here on, also when this throws.
    /// </summary>
    /// <exception cref="SandboxBootException">MAY2004: no agent speaks there, or one of another age.</exception>
    /// <exception cref="SessionBrokenException">The stream ended or failed before the greeting.</exception>
    public static Task<AgentConnection> OpenAsync(
        Stream stream, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken) =>
        OpenNamedAsync(stream, null, timeProvider, logger, cancellationToken);

    /// <summary>The same, with the name of a guest that does not say it.</summary>
    private static async Task<AgentConnection> OpenNamedAsync(
        Stream stream, string? hostName, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken)
    {
        var reader = new FrameReader(stream);
        Hello guest;
        try
        {
            guest = await Handshake.PerformAsync(stream, reader, cancellationToken).ConfigureAwait(false);
            guest = guest with { HostName = guest.HostName ?? hostName };
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Log.SessionOpened(logger, guest.Software, guest.KernelRelease, Handshake.Negotiate(guest) ?? 0, guest.UptimeMs);
        var connection = new AgentConnection(stream, reader, guest, timeProvider, logger);
        connection._loops = Task.WhenAll(
            Task.Run(connection.ReadLoopAsync, CancellationToken.None),
            Task.Run(connection.WriteLoopAsync, CancellationToken.None));
        return connection;
    }

    public async Task<IGuestCommand> StartAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        var command = new GuestCommand(request, _queue, _timeProvider);
        await OpenChannelAsync(command, request, cancellationToken).ConfigureAwait(false);
        try
        {
            await command.Started.WaitAsync(cancellationToken).ConfigureAwait(false);
            return command;
        }
        catch
        {
            await command.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Break("the host closed the session", null);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(false);
    }

    private async Task OpenChannelAsync(GuestChannel channel, Request request, CancellationToken cancellationToken)
    {
        var payload = Encode(request);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _queue.OpenAsync(() => Register(channel), payload, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _slots.Release();
            throw;
        }

        Log.ChannelOpened(_logger, channel.Number, request.GetType().Name);
    }

    private static byte[] Encode(Request request)
    {
        try
        {
            return ProtocolJson.Encode(request, ProtocolJson.Default.Request);
        }
        catch (ProtocolException exception)
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"The request is too large: {exception.Message}. Shorten the arguments or the environment, or push them as a file.",
                exception);
        }
    }

    private uint Register(GuestChannel channel)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                throw new SessionBrokenException(_broken.Message, _broken);
            }

            channel.Open(++_lastChannel);
            _channels.Add(_lastChannel, channel);
            return _lastChannel;
        }
    }

    private void Break(string reason, Exception? cause)
    {
        GuestChannel[] channels;
        SessionBrokenException broken;
        lock (_gate)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = broken = new SessionBrokenException($"The session with the guest has ended: {reason}.", cause);
            channels = [.. _channels.Values];
            _channels.Clear();
        }

        _queue.Break(broken);
        foreach (var channel in channels)
        {
            channel.Break(broken);
        }

        // Whoever waits for a slot gets one, finds the session broken, and passes the slot on.
        _forwardSlots.Release();
        _slots.Release();
        _ending.Cancel();
        Log.SessionEnded(_logger, reason);
        _closed.TrySetResult(reason);
    }
}
