using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock.Hybrid;

/// <summary>The two lines that a connection to a monitor starts with.</summary>
internal static class HybridHandshake
{
    /// <summary>More than any answer needs: <c>OK 4294967295</c> and a line feed are 14 bytes.</summary>
    private const int MaxLineBytes = 64;

    private const string Agreement = "OK ";

    /// <summary>Asks for a port and reads the answer, and not a byte beyond it: those are the guest's.</summary>
    /// <returns>The host's port.</returns>
    /// <exception cref="SandboxVsockException">MAY3040: the monitor closed the connection or answered something else.</exception>
    public static async Task<uint> RunAsync(Socket socket, uint port, CancellationToken cancellationToken)
    {
        string? line;
        try
        {
            await SendAsync(socket, string.Create(CultureInfo.InvariantCulture, $"CONNECT {port}\n"), cancellationToken).ConfigureAwait(false);
            line = await ReadLineAsync(socket, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw Refused(port, "the monitor broke the connection off", exception);
        }

        if (line is null)
        {
            throw Refused(port, "the monitor closed the connection");
        }

        return line.StartsWith(Agreement, StringComparison.Ordinal)
            && uint.TryParse(line.AsSpan(Agreement.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var hostPort)
            ? hostPort
            : throw Refused(port, $"the monitor answered '{GuestText.Neutralise(line)}' rather than '{Agreement}' and a port");
    }

    private static async Task SendAsync(Socket socket, string line, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = Encoding.ASCII.GetBytes(line);
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>Byte for byte, for what follows the line belongs to whoever reads next; an answer is a dozen bytes.</summary>
    /// <returns>The line without its end, cut off at the limit; null where the stream ended before the line did.</returns>
    private static async Task<string?> ReadLineAsync(Socket socket, CancellationToken cancellationToken)
    {
        var line = new byte[MaxLineBytes];
        for (var length = 0; length < MaxLineBytes; length++)
        {
            if (await socket.ReceiveAsync(line.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0)
            {
                return null;
            }

            if (line[length] == (byte)'\n')
            {
                return Encoding.ASCII.GetString(line, 0, length);
            }
        }

        return Encoding.ASCII.GetString(line);
    }

    private static SandboxVsockException Refused(uint port, string how, Exception? cause = null) => new(
        ErrorCode.VsockRefused,
        $"nobody listens on vsock port {port} in the guest: {how}. Start the program there first.",
        cause);
}
