using System.Net;
using System.Net.Sockets;
using Mayfly.Session;
using Microsoft.Extensions.Logging;

namespace Mayfly.Forwarding;

/// <summary>
/// Takes the connections that programs in the guest make to one of its ports to one address of the host's choice, and to no
/// other. Disposal ends the listener in the guest, resets what is open and waits for it.
/// </summary>
internal sealed class ReverseRelay : IAsyncDisposable
{
    /// <summary>The kernel would try for two minutes.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly IGuestListener _listener;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RelaySet _connections = new();
    private readonly Task _accepting;

    /// <param name="name">For the log.</param>
    /// <param name="listener">Disposed of at the end.</param>
    /// <param name="target">Where to connect to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what does not reach the target.</param>
    public ReverseRelay(string name, IGuestListener listener, IPEndPoint target, TimeProvider time, ILogger logger)
    {
        _name = name;
        _listener = listener;
        _target = target;
        _time = time;
        _logger = logger;
        Log.ForwardOpened(logger, name);
        _accepting = Task.Run(AcceptLoopAsync);
    }

    public async ValueTask DisposeAsync()
    {
        var connections = _connections.DisposeAsync();
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        await connections.ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                await _connections.WaitForSlotAsync().ConfigureAwait(false);
                var guest = await _listener.AcceptAsync(_connections.Ending).ConfigureAwait(false);
                if (!_connections.TryBegin(ending => ServeAsync(guest, ending)))
                {
                    await guest.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or IOException or MayflyException)
        {
            Log.ForwardEnded(_logger, _name, exception is OperationCanceledException or ObjectDisposedException ? "the host has closed it" : exception.Message);
        }
    }

    private async Task ServeAsync(GuestStream guest, CancellationToken ending)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = new CancellationTokenSource(ConnectLimit, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending);
            await socket.ConnectAsync(_target, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            if (!ending.IsCancellationRequested)
            {
                Log.ForwardNotReached(_logger, _name, exception is SocketException ? exception.Message : $"{_target} has not answered within {ConnectLimit.TotalSeconds:0} s");
            }

            socket?.Dispose();
            await guest.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (await new SocketRelay(socket, guest).RunAsync(ending).ConfigureAwait(false) is { } reason)
        {
            Log.ForwardReset(_logger, _name, reason);
        }
    }
}
