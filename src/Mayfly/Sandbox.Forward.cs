using System.Net;
using Mayfly.Forwarding;
using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

public sealed partial class Sandbox
{
    private readonly OpenForwards _forwards = new();

    /// <summary>The forwards that are open.</summary>
    public IReadOnlyList<SandboxForward> Forwards => _forwards.All;

    /// <summary>
    /// Lets programs of this host reach a TCP port of the guest's loopback (127.0.0.1, else ::1). A connection while nobody
    /// listens there is reset at once, and said in the log; the forward goes on.
    /// </summary>
    /// <param name="guestPort">1 to 65535.</param>
    /// <param name="hostPort">The port at 127.0.0.1: 0, the default, for one that is free, or 1 to 65535. Bound when this returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The forward, which ends with the sandbox.</returns>
    /// <exception cref="SandboxConfigurationException">A port is out of range (MAY1001), or the host's can't be bound (MAY1012).</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public Task<SandboxForward> ForwardAsync(int guestPort, int hostPort = 0, CancellationToken cancellationToken = default)
    {
        ForwardCheck.GuestPort(guestPort, 1);
        return ForwardAsync(new ForwardRequest { Port = guestPort }, guestPort, $"port {guestPort}", hostPort, cancellationToken);
    }

    /// <summary>
    /// Lets programs of this host reach a Unix stream socket of the guest's. A connection while nobody listens there is reset at
    /// once, and said in the log; the forward goes on.
    /// </summary>
    /// <param name="guestSocket">Absolute path in the guest, of at most 107 bytes.</param>
    /// <param name="hostPort">The port at 127.0.0.1: 0, the default, for one that is free, or 1 to 65535. Bound when this returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The forward, which ends with the sandbox; its <see cref="SandboxForward.GuestPort"/> is 0.</returns>
    /// <exception cref="SandboxConfigurationException">The path or the port is out of range (MAY1001), or the host's port can't be bound (MAY1012).</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public Task<SandboxForward> ForwardAsync(string guestSocket, int hostPort = 0, CancellationToken cancellationToken = default)
    {
        ForwardCheck.GuestSocket(guestSocket);
        return ForwardAsync(new ForwardRequest { Path = guestSocket }, 0, $"socket {guestSocket}", hostPort, cancellationToken);
    }

    /// <summary>Connects to a TCP port of the guest's loopback (127.0.0.1, else ::1), with no port of the host's in between.</summary>
    /// <param name="guestPort">1 to 65535.</param>
    /// <param name="cancellationToken">Gives up the attempt, not the connection.</param>
    /// <returns>The connection: ends with the sandbox, and both ways with its disposal.</returns>
    /// <exception cref="SandboxConfigurationException">The port is out of range (MAY1001).</exception>
    /// <exception cref="SandboxForwardException">Nobody listens there.</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public Task<Stream> ConnectAsync(int guestPort, CancellationToken cancellationToken = default)
    {
        ForwardCheck.GuestPort(guestPort, 1);
        return ConnectAsync(new ForwardRequest { Port = guestPort }, $"port {guestPort}", cancellationToken);
    }

    /// <summary>Connects to a Unix stream socket of the guest's, with no port of the host's in between.</summary>
    /// <param name="guestSocket">Absolute path in the guest, of at most 107 bytes.</param>
    /// <param name="cancellationToken">Gives up the attempt, not the connection.</param>
    /// <returns>The connection: ends with the sandbox, and both ways with its disposal.</returns>
    /// <exception cref="SandboxConfigurationException">The path is out of range (MAY1001).</exception>
    /// <exception cref="SandboxForwardException">Nobody listens there.</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public Task<Stream> ConnectAsync(string guestSocket, CancellationToken cancellationToken = default)
    {
        ForwardCheck.GuestSocket(guestSocket);
        return ConnectAsync(new ForwardRequest { Path = guestSocket }, $"socket {guestSocket}", cancellationToken);
    }

    private async Task<Stream> ConnectAsync(ForwardRequest request, string guestEnd, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var what = $"connecting to the guest's {guestEnd} failed";
        await ThrowIfEndedAsync(what, null).ConfigureAwait(false);
        try
        {
            return await _connection.ConnectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionBrokenException broken)
        {
            throw await GuestDiedAsync(broken, what).ConfigureAwait(false);
        }
    }

    private async Task<SandboxForward> ForwardAsync(ForwardRequest request, int guestPort, string guestEnd, int hostPort, CancellationToken cancellationToken)
    {
        ForwardCheck.HostPort(hostPort, 0);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        await ThrowIfEndedAsync($"forwarding to the guest's {guestEnd} failed", null).ConfigureAwait(false);

        var socket = LoopbackSocket.Listen(hostPort, guestEnd);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var relay = new ForwardListener($"{local} -> guest {guestEnd}", socket, ending => _connection.ConnectAsync(request, ending), _time, _logger);
        return await KeepAsync(new SandboxForward(local, guestPort, isReverse: false, relay, _forwards) { GuestSocket = request.Path }).ConfigureAwait(false);
    }

    /// <summary>
    /// Lets programs in the guest reach one TCP address of the host's, and no other: what connects to 127.0.0.1 and the port in
    /// the guest arrives there. A connection while nobody listens there is reset, and said in the log; the forward goes on.
    /// </summary>
    /// <param name="guestPort">1 to 65535, or 0 for one that is free, which <see cref="SandboxForward.GuestPort"/> then tells.</param>
    /// <param name="target">Where the connections arrive, with a port of 1 to 65535.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The forward, which ends with the sandbox.</returns>
    /// <exception cref="SandboxConfigurationException">A port is out of range (MAY1001).</exception>
    /// <exception cref="SandboxForwardException">The guest's port is taken (MAY3051), or can't be had (MAY3052).</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public async Task<SandboxForward> ReverseForwardAsync(int guestPort, IPEndPoint target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ForwardCheck.GuestPort(guestPort, 0);
        ForwardCheck.HostPort(target.Port, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var what = $"listening on the guest's port {guestPort} failed";
        await ThrowIfEndedAsync(what, null).ConfigureAwait(false);
        IGuestListener listener;
        try
        {
            listener = await _connection.ListenAsync(guestPort, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionBrokenException broken)
        {
            throw await GuestDiedAsync(broken, what).ConfigureAwait(false);
        }

        var relay = new ReverseRelay($"guest {listener.Port} -> {target}", listener, target, _time, _logger);
        return await KeepAsync(new SandboxForward(target, listener.Port, isReverse: true, relay, _forwards)).ConfigureAwait(false);
    }

    private async Task<SandboxForward> KeepAsync(SandboxForward forward)
    {
        if (_forwards.TryAdd(forward))
        {
            return forward;
        }

        await forward.DisposeAsync().ConfigureAwait(false);
        await ThrowIfEndedAsync($"the forward {forward} failed", null).ConfigureAwait(false);
        throw new ObjectDisposedException(nameof(Sandbox));
    }

    /// <summary>A machine that has ended by itself leaves nobody at the other end.</summary>
    private async Task EndForwardsWithTheSessionAsync()
    {
        await _connection.Closed.ConfigureAwait(false);
        await _forwards.DisposeAsync().ConfigureAwait(false);
    }
}
