using System.Buffers;
using System.Net.Sockets;
using Mayfly.Session;

namespace Mayfly.Forwarding;

/// <summary>
/// Carries bytes between a connected socket of the host and a program in the guest. Each way ends by itself; where either
/// side breaks the connection, the other sees it broken.
/// </summary>
internal sealed class SocketRelay(Socket socket, GuestStream guest)
{
    private const int BufferBytes = 32 * 1024;

    private volatile bool _sentAll;

    /// <summary>Runs to the end of both ways and closes both ends.</summary>
    /// <returns>Null where both ways have ended in order; else who broke the connection, and how.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        using var breaking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendToGuestAsync(breaking.Token);
        var receiving = ReceiveFromGuestAsync(breaking.Token);
        try
        {
            var first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (first == receiving)
            {
                // A program that takes no more is not told by the end of its own sending, which may have come long before.
                await Task.WhenAny(sending, guest.Ended).ConfigureAwait(false);
                if (!sending.IsCompleted && !_sentAll)
                {
                    throw new IOException("the program in the guest takes no more");
                }
            }

            await Task.WhenAll(sending, receiving).ConfigureAwait(false);

            // To let go before the program has taken all it was sent would break the connection for it.
            await guest.Ended.WaitAsync(breaking.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            ResetOnClose(socket);
            return exception is OperationCanceledException ? "the forward has ended" : exception.Message;
        }
        finally
        {
            await breaking.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Dispose();
            await guest.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Has the peer of a socket that is closed next see the connection broken; a Unix socket's sees its end.</summary>
    public static void ResetOnClose(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return;
        }

        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
    }

    private async Task SendToGuestAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await guest.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            _sentAll = true;
            guest.CompleteWrites();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveFromGuestAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await guest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, cancellationToken).ConfigureAwait(false);
                }
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
