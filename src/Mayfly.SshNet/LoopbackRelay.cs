using System.Net;
using System.Net.Sockets;

namespace Mayfly.SshNet;

/// <summary>
/// Leads one TCP connection of this process to the server, because SSH.NET takes no stream and no Unix socket: it dials a host
/// and a port. It listens on 127.0.0.1 until this process has connected, which is at once, and then listens no more; whoever
/// else connects is closed. And without the sandbox's key there is nothing to be had at the other end.
/// </summary>
internal sealed class LoopbackRelay : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Strangers may be there first; they are turned away one after the other.</summary>
    private const int Backlog = 16;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private bool _disposed;

    private LoopbackRelay(Socket server)
    {
        _server = server;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _running = RunAsync();
    }

    /// <summary>Where to connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Bounds what comes from the server.</summary>
    public ReceiveLimit Limit { get; } = new();

    /// <summary>Dials the server, and then listens.</summary>
    /// <exception cref="SocketException">The server can't be reached.</exception>
    public static async Task<LoopbackRelay> StartAsync(SshRequest request, CancellationToken cancellationToken)
    {
        var server = request.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (request.SocketPath is { } path)
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // A machine that is gone without a word is noticed in the end.
                server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                await server.ConnectAsync(request.Host, request.Port, cancellationToken).ConfigureAwait(false);
            }

            return new LoopbackRelay(server);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Ends both connections at once. Any thread; safe to repeat, also after disposal.</summary>
    public void Abort()
    {
        lock (_ending)
        {
            if (!_disposed)
            {
                _ending.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Abort();
        await _running.ConfigureAwait(false);
        lock (_ending)
        {
            _disposed = true;
            _ending.Dispose();
        }
    }

    private async Task RunAsync()
    {
        using (_server)
        using (_listener)
        {
            try
            {
                using var client = await AcceptOwnAsync().ConfigureAwait(false);
                _listener.Dispose();
                await Task.WhenAll(CopyAsync(client, _server, null), CopyAsync(_server, client, Limit)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                // Whoever uses the connection sees its end.
            }
        }
    }

    private async Task<Socket> AcceptOwnAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
            if (IsOwn(client))
            {
                return client;
            }

            client.Dispose();
        }
    }

    private bool IsOwn(Socket client)
    {
        try
        {
            client.NoDelay = true;
            return OwnSocket.IsPeer((IPEndPoint)client.RemoteEndPoint!, EndPoint);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            // It has gone again; or nothing is known about it, and then it is a stranger.
            return false;
        }
    }

    /// <summary>One direction; an end is handed on, and a failure ends the other direction too.</summary>
    private async Task CopyAsync(Socket from, Socket to, ReceiveLimit? limit)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await from.ReceiveAsync(buffer, _ending.Token).ConfigureAwait(false)) > 0)
            {
                if (limit is not null)
                {
                    await limit.WaitAsync(count, _ending.Token).ConfigureAwait(false);
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _ending.Token).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            Abort();
            throw;
        }
    }
}
