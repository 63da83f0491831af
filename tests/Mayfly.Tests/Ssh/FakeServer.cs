using System.Net;
using System.Net.Sockets;
using Mayfly.Ssh;

namespace Mayfly.Tests.Ssh;

/// <summary>Something that listens on the loopback and does with each connection what the test says.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<NetworkStream, int, CancellationToken, Task> _serve;
    private readonly Task _accepting;

    public FakeServer(Func<NetworkStream, int, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public SshEndpoint Endpoint => SshEndpoint.Tcp("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port);

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptAsync(_ending.Token), Connections++));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream, number, _ending.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client had seen enough.
        }
    }
}
