using System.Net.Sockets;
using System.Text;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>The guest's end of a connection.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public Socket Socket => socket;

    public Task SendAsync(string text) => socket.SendAsync(Encoding.ASCII.GetBytes(text)).WaitAsync(Deadline);

    /// <summary>This many bytes, fewer at the end of the stream.</summary>
    public async Task<string> ReceiveAsync(int count)
    {
        var buffer = new byte[count];
        var length = 0;
        while (length < count && await socket.ReceiveAsync(buffer.AsMemory(length)).AsTask().WaitAsync(Deadline) is var read and > 0)
        {
            length += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>Whether the host has closed the connection, in whichever way, before it sent anything.</summary>
    public async Task<bool> IsTurnedAwayAsync()
    {
        try
        {
            return await ReceiveAsync(1) == "";
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Dispose() => socket.Dispose();
}
