using System.Net;
using Mayfly.Forwarding;

namespace Mayfly;

/// <summary>
/// A TCP port that leads into the guest (<see cref="Sandbox.ForwardAsync(int, int, CancellationToken)"/>) or out of it
/// (<see cref="Sandbox.ReverseForwardAsync"/>), through the session: no network card is needed. Up to 256 connections are open
/// at once, and more wait. Ends with the sandbox; disposal ends it before, and resets its connections.
/// </summary>
public sealed class SandboxForward : IAsyncDisposable
{
    private readonly IAsyncDisposable _relay;
    private readonly OpenForwards _forwards;

    internal SandboxForward(IPEndPoint localEndPoint, int guestPort, bool isReverse, IAsyncDisposable relay, OpenForwards forwards)
    {
        LocalEndPoint = localEndPoint;
        GuestPort = guestPort;
        IsReverse = isReverse;
        _relay = relay;
        _forwards = forwards;
    }

    /// <summary>
    /// The host's end: where it listens, at 127.0.0.1 and with the port that is bound; of a reverse forward, where the guest's
    /// connections arrive.
    /// </summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The guest's end, a port of its loopback: 1 to 65535; 0 where it is a <see cref="GuestSocket"/>.</summary>
    public int GuestPort { get; }

    /// <summary>The guest's end where it is a Unix socket, an absolute path; else null.</summary>
    public string? GuestSocket { get; internal init; }

    /// <summary>Whether programs in the guest reach the host through it, rather than the other way round.</summary>
    public bool IsReverse { get; }

    /// <summary>Ends it. Safe to call more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync().ConfigureAwait(false);
        _forwards.Remove(this);
    }

    /// <summary>Such as <c>127.0.0.1:40797 -> guest 80</c>, or <c>guest 5432 -> 127.0.0.1:5432</c>.</summary>
    public override string ToString() => IsReverse ? $"guest {GuestPort} -> {LocalEndPoint}" : $"{LocalEndPoint} -> guest {GuestSocket ?? $"{GuestPort}"}";
}
