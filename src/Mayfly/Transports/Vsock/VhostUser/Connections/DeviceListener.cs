using System.Threading.Channels;
using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>The connections of one port that wait to be accepted.</summary>
internal sealed class DeviceListener(uint port, Action<DeviceListener> closed) : VsockListener(port)
{
    private readonly Channel<VsockConnection> _waiting = Channel.CreateBounded<VsockConnection>(new BoundedChannelOptions(Backlog)
    {
        SingleWriter = true,
        AllowSynchronousContinuations = false,
    });

    private volatile string? _failure;
    private int _disposed;

    /// <summary>Adds a connection; false where too many wait, or nobody listens any more. The device's thread.</summary>
    public bool TryAdd(VsockConnection connection) => _waiting.Writer.TryWrite(connection);

    /// <summary>Nothing more will come, and why. Any thread.</summary>
    public void Fail(string reason)
    {
        _failure = reason;
        _waiting.Writer.TryComplete();
    }

    public override async Task<VsockStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return connection.Stream;
        }
        catch (ChannelClosedException exception)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            throw new SandboxVsockException(ErrorCode.VsockFailed, _failure ?? "the listener has ended", exception);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _waiting.Writer.TryComplete();
            closed(this);
            while (_waiting.Reader.TryRead(out var connection))
            {
                connection.Abandon();
            }
        }

        return ValueTask.CompletedTask;
    }
}
