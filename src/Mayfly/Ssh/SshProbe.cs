using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mayfly.Ssh;

/// <summary>
/// Finds out, before <c>ssh</c> is started, whether a server of SSH's answers: by a connection of its own, closed after the
/// server's identification line. What is wrong is then known exactly, and does not have to be guessed from words of
/// <c>ssh</c>.
/// </summary>
internal sealed class SshProbe(SshEndpoint endpoint, TimeSpan connectTimeout, TimeProvider time)
{
    /// <summary>RFC 4253, 4.2, lets a server say other things first and does not bound them.</summary>
    private const int MaxBytesBefore = 16 * 1024;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    // A server of another kind waits for its client's first words; this one has it answer.
    private static ReadOnlyMemory<byte> Greeting { get; } = "SSH-2.0-Mayfly\r\n"u8.ToArray();

    /// <summary>Waits for the server's identification line.</summary>
    /// <param name="patience">For how long whoever is not there yet, or closes at once, is tried again. Zero: one try.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The line, such as <c>SSH-2.0-dropbear_2022.83</c>; untrusted.</returns>
    /// <exception cref="SandboxSshException">MAY2101: nobody there; MAY2102: no SSH; MAY2103: silence.</exception>
    public async Task<string> IdentifyAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var pause = _firstPause;
        while (true)
        {
            var left = patience - time.GetElapsedTime(began);
            var (server, failure, isFinal) = await TryAsync(left > TimeSpan.Zero && left < connectTimeout ? left : connectTimeout, cancellationToken).ConfigureAwait(false);
            if (server is not null)
            {
                return server;
            }

            if (isFinal || time.GetElapsedTime(began) + pause >= patience)
            {
                throw failure!;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 > _longestPause ? _longestPause : pause * 2;
        }
    }

    private async Task<(string? Server, SandboxSshException? Failure, bool IsFinal)> TryAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Socket socket;
        try
        {
            socket = await ConnectAsync(either.Token).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery)
        {
            return (null, SshErrors.Unreachable($"The name '{endpoint.Host}' does not resolve: {exception.Message}. Check its spelling, or give an address.", exception), true);
        }
        catch (SocketException exception)
        {
            return (null, SshErrors.Unreachable($"No SSH server can be reached at {endpoint}: {exception.Message}. Check that it has been started, and the port.", exception), false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, SshErrors.Unreachable($"Nobody answered at {endpoint} within {Describe(within)}. Check the address and what filters packets on the way.", exception), false);
        }

        using (socket)
        {
            return await ListenAsync(socket, within, limit.Token, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Describe(TimeSpan within) =>
        $"{within.TotalSeconds:0.###} s{(within == connectTimeout ? " (SandboxSsh.ConnectTimeout)" : "")}";

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var last = (Exception)new SocketException((int)SocketError.HostNotFound);
        foreach (var address in await endpoint.ResolveAsync(cancellationToken).ConfigureAwait(false))
        {
            var socket = address is IPEndPoint
                ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (exception is not SocketException)
                {
                    throw;
                }

                last = exception;
            }
        }

        throw last;
    }

    private async Task<(string? Server, SandboxSshException? Failure, bool IsFinal)> ListenAsync(
        Socket socket, TimeSpan within, CancellationToken limit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        var heard = new byte[MaxBytesBefore];
        var count = 0;
        string? cause = null;
        try
        {
            await socket.SendAsync(Greeting, either.Token).ConfigureAwait(false);
            while (count < heard.Length)
            {
                var read = await socket.ReceiveAsync(heard.AsMemory(count), either.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                count += read;
                if (Identification(Encoding.Latin1.GetString(heard, 0, count)) is { } line)
                {
                    return (line, null, true);
                }
            }
        }
        catch (SocketException exception)
        {
            cause = exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (count == 0)
            {
                return (null, SshErrors.TimedOut($"{endpoint} took the connection and said nothing within {Describe(within)}. It may be no SSH server, or too busy: raise the limit."), false);
            }
        }

        return count > 0
            ? (null, SshErrors.NotSpoken($"What answers at {endpoint} does not speak SSH 2. It said: '{Preview(heard.AsSpan(0, count))}'. Check the port."), true)
            : (null, SshErrors.NotSpoken($"{endpoint} took the connection and closed it at once{(cause is null ? "" : $" ({cause})")}. Its SSH server may not be up, or may refuse this address; the guest's console may say why."), false);
    }

    /// <summary>The identification among whole lines; null where there is none yet.</summary>
    private static string? Identification(string heard)
    {
        var end = heard.LastIndexOf('\n');
        return end < 0 ? null : heard[..end].Split('\n').Select(line => line.TrimEnd('\r')).FirstOrDefault(line =>
            line.StartsWith("SSH-2.0-", StringComparison.Ordinal) || line.StartsWith("SSH-1.99-", StringComparison.Ordinal));
    }

    private static string Preview(ReadOnlySpan<byte> heard)
    {
        const int ShownBytes = 80;
        var text = new StringBuilder();
        foreach (var value in heard[..Math.Min(heard.Length, ShownBytes)])
        {
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        }

        return text.ToString();
    }
}
