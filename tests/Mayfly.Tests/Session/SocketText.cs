using System.Net.Sockets;
using System.Text;

namespace Mayfly.Tests.Session;

/// <summary>Reading a socket to its end; a <see cref="NetworkStream"/> is not to be had once the socket's own sending has ended.</summary>
internal static class SocketText
{
    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).WaitAsync(SessionFixture.Patience)) > 0)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
