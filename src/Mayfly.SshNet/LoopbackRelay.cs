using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mayfly.SshNet;

/// <summary>
/// Leads one TCP connection of this process to a Unix socket, because SSH.NET dials nothing but host and port. It listens on
/// 127.0.0.1, takes the first connection that this user's processes make, and then listens no more. Who else connects is
/// closed; and without the sandbox's key there is nothing to be had at the other end.
/// </summary>
internal sealed class LoopbackRelay : IAsyncDisposable
{
    private const int UserColumn = 7;
    private const int LocalColumn = 1;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _socketPath;
    private readonly Task _running;

    private LoopbackRelay(string socketPath)
    {
        _socketPath = socketPath;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _running = RunAsync();
    }

    /// <summary>Where to connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Listens.</summary>
    public static LoopbackRelay Start(string socketPath) => new(socketPath);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            using var client = await AcceptOwnAsync().ConfigureAwait(false);
            _listener.Close();
            using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), _ending.Token).ConfigureAwait(false);
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection has ended, which its user sees at the other end.
        }
    }

    private async Task<Socket> AcceptOwnAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
            if (IsOfThisUser((IPEndPoint)client.RemoteEndPoint!))
            {
                client.NoDelay = true;
                return client;
            }

            client.Dispose();
        }
    }

    /// <summary>By the kernel's table of connections, in which the far end's socket has its owner.</summary>
    private static bool IsOfThisUser(IPEndPoint peer)
    {
        var local = $"{BitConverter.ToUInt32(peer.Address.GetAddressBytes()):X8}:{peer.Port:X4}";
        var user = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
        return File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(words => words.Length > UserColumn
                && words[LocalColumn] == local
                && words[UserColumn].ToString(CultureInfo.InvariantCulture) == user);
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, _ending.Token).ConfigureAwait(false)) > 0)
        {
            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _ending.Token).ConfigureAwait(false);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
