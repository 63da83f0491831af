using System.Net.Sockets;

namespace Mayfly.Tests.Session;

/// <summary>Two connected streams in one process, over an abstract Unix socket that leaves no file.</summary>
internal static class SocketPair
{
    public static async Task<(Stream Host, Stream Guest)> CreateAsync()
    {
        var endPoint = new UnixDomainSocketEndPoint($"\0mayfly-test-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen();
        var guest = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await guest.ConnectAsync(endPoint);
        var host = await listener.AcceptAsync();
        return (new NetworkStream(host, ownsSocket: true), new NetworkStream(guest, ownsSocket: true));
    }
}
