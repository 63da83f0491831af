using Mayfly.Diagnostics;
using Mayfly.Protocol;

namespace Mayfly.Session;

internal sealed partial class AgentConnection
{
    /// <summary>Connections leave half of the channels to commands and transfers; further ones wait.</summary>
    private readonly SemaphoreSlim _forwardSlots = new(ProtocolLimits.MaxChannels / 2);

    /// <summary>The agent itself gives a program 30 s to take a connection.</summary>
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(40);

    // Written by the read loop only.
    private long _lastConnection;

    public Task<GuestStream> ConnectAsync(ForwardRequest request, CancellationToken cancellationToken) =>
        OpenForwardAsync(request, cancellationToken);

    public async Task<IGuestListener> ListenAsync(int port, CancellationToken cancellationToken)
    {
        var channel = new ListenChannel(port, IsNewConnection, TakeAsync, _queue, _timeProvider);
        await OpenChannelAsync(channel, new ListenRequest { Port = port }, cancellationToken).ConfigureAwait(false);
        try
        {
            await channel.Listening.WaitAsync(cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<GuestStream> TakeAsync(long connection, CancellationToken cancellationToken) =>
        OpenForwardAsync(new AcceptRequest { Connection = connection }, cancellationToken);

    private async Task<GuestStream> OpenForwardAsync(Request request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_answerLimit, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await OpenForwardWithinAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SandboxForwardException(
                ErrorCode.ForwardFailed, $"the guest has not answered within {_answerLimit.TotalSeconds:0} s, or has too many connections open.", exception);
        }
    }

    private async Task<GuestStream> OpenForwardWithinAsync(Request request, CancellationToken cancellationToken)
    {
        var channel = new ForwardChannel(_queue, _timeProvider);
        await _forwardSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await OpenChannelAsync(channel, request, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _forwardSlots.Release();
            throw;
        }

        try
        {
            await channel.Connected.WaitAsync(cancellationToken).ConfigureAwait(false);
            return channel.Stream;
        }
        catch
        {
            channel.Abandon();
            throw;
        }
    }

    private bool IsNewConnection(long connection)
    {
        var isNew = connection > _lastConnection;
        _lastConnection = Math.Max(connection, _lastConnection);
        return isNew;
    }
}
