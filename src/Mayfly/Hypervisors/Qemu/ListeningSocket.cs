using System.Net.Sockets;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>A Unix socket that listens for exactly one peer, before that peer is started. Its disposal removes it.</summary>
internal sealed class ListeningSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Binds and listens.</summary>
    public ListeningSocket(string path)
    {
        try
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            _socket.Listen(1);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the peer.</summary>
    public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
    {
        var peer = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
        return new NetworkStream(peer, ownsSocket: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
