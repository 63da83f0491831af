using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mayfly.Tests.Sandboxes.Networks;

/// <summary>A service of the host that greets whoever connects.</summary>
internal sealed class HostListener : IAsyncDisposable
{
    public const string Greeting = "hello from the host\n";

    private readonly TcpListener _listener;
    private readonly Task _serving;

    public HostListener(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _serving = ServeAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public int Accepted { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Accepted++;
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Greeting));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // It was disposed of.
        }
    }
}
