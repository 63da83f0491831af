using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>
/// The monitor's part of the hybrid protocol, after Firecracker's docs/vsock.md: listens at a path, answers CONNECT lines
/// for the ports that programs in its guest listen on, and dials the host at PATH_PORT.
/// </summary>
internal sealed class HybridMonitor : IAsyncDisposable
{
    private const uint FirstHostPort = 1 << 30;

    private readonly string _path;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<uint, Func<Peer, uint, Task>> _programs = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private uint _hostPort = FirstHostPort;

    public HybridMonitor(string path)
    {
        _path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(128);
        _accepting = AcceptAsync();
    }

    /// <summary>A program in the guest that has accepted; the monitor says so first.</summary>
    public void Serve(uint port, Func<Peer, Task> program) => ServeRaw(port, async (peer, hostPort) =>
    {
        await peer.SendAsync($"OK {hostPort}\n");
        await program(peer);
    });

    /// <summary>Says nothing of its own. The connection is closed when the program ends.</summary>
    public void ServeRaw(uint port, Func<Peer, uint, Task> program) => _programs[port] = program;

    /// <summary>A program in the guest dials the host; fails where nobody listens there.</summary>
    public Peer Dial(uint port)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint($"{_path}_{port}"));
        return new Peer(socket);
    }

    /// <summary>Waits for the programs, so that what failed in one fails the test.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        File.Delete(_path);
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ConverseAsync(new Peer(await _listener.AcceptAsync())));
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
    }

    private async Task ConverseAsync(Peer peer)
    {
        using (peer)
        {
            var line = new StringBuilder();
            while (await peer.ReceiveAsync(1) is var next && next is not ("\n" or ""))
            {
                line.Append(next);
            }

            var words = line.ToString().Split(' ');
            Assert.Equal("CONNECT", words[0]);
            if (_programs.TryGetValue(uint.Parse(words[1], NumberStyles.None, CultureInfo.InvariantCulture), out var program))
            {
                await program(peer, Interlocked.Increment(ref _hostPort));
            }
        }
    }
}
