namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>What a connection asks of the device that carries it. Callable from any thread.</summary>
internal interface IConnectionHost
{
    /// <summary>Has the device's thread call <see cref="VsockConnection.HasOutput"/> soon.</summary>
    void Wake(VsockConnection connection);

    /// <summary>Has the device's thread call <see cref="VsockConnection.Expire"/> after a while, unless the timer is disposed of.</summary>
    ITimer ExpireAfter(VsockConnection connection, TimeSpan delay);
}
