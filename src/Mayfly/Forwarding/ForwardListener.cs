using System.Net.Sockets;
using Mayfly.Session;
using Microsoft.Extensions.Logging;

namespace Mayfly.Forwarding;

/// <summary>
/// Takes the connections of a listening socket of the host to a program in the guest. One that can't be taken there is
/// reset, and the next may fare better. Disposal closes the socket, resets what is open and waits for it.
/// </summary>
internal sealed class ForwardListener : IAsyncDisposable
{
    private static readonly TimeSpan NoResourcesPause = TimeSpan.FromMilliseconds(500);

    private readonly string _name;
    private readonly Socket _listener;
    private readonly Func<CancellationToken, Task<GuestStream>> _connect;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RelaySet _connections = new();
    private readonly Task _accepting;

    /// <param name="name">For the log.</param>
    /// <param name="listener">Bound and listening, of any family; closed at the end.</param>
    /// <param name="connect">Makes a connection in the guest.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what does not reach the guest.</param>
    public ForwardListener(string name, Socket listener, Func<CancellationToken, Task<GuestStream>> connect, TimeProvider time, ILogger logger)
    {
        _name = name;
        _listener = listener;
        _connect = connect;
        _time = time;
        _logger = logger;
        Log.ForwardOpened(logger, name);
        _accepting = Task.Run(AcceptLoopAsync);
    }

    public async ValueTask DisposeAsync()
    {
        var connections = _connections.DisposeAsync();
        _listener.Dispose();
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
                if (await AcceptAsync().ConfigureAwait(false) is not { } socket)
                {
                    _connections.ReturnSlot();
                }
                else if (!_connections.TryBegin(ending => ServeAsync(socket, ending)))
                {
                    socket.Dispose();
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            Log.ForwardEnded(_logger, _name, "the host has closed it");
        }
    }

    /// <summary>The next connection; null where there was none to be had.</summary>
    private async Task<Socket?> AcceptAsync()
    {
        try
        {
            return await _listener.AcceptAsync(_connections.Ending).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            return null;
        }
        catch (SocketException exception) when (!_connections.Ending.IsCancellationRequested)
        {
            // Mostly there are no more descriptors to be had, and no word comes when there are.
            Log.ForwardAcceptFailed(_logger, _name, exception.Message);
            await Task.Delay(NoResourcesPause, _time, _connections.Ending).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken ending)
    {
        GuestStream guest;
        try
        {
            SendAtOnce(socket);
            guest = await _connect(ending).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MayflyException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (exception is not OperationCanceledException)
            {
                Log.ForwardNotReached(_logger, _name, exception.Message);
            }

            SocketRelay.ResetOnClose(socket);
            socket.Dispose();
            return;
        }

        if (await new SocketRelay(socket, guest).RunAsync(ending).ConfigureAwait(false) is { } reason)
        {
            Log.ForwardReset(_logger, _name, reason);
        }
    }

    private static void SendAtOnce(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.NoDelay = true;
        }
    }
}
