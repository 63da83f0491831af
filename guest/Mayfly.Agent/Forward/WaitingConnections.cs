using Mayfly.Agent.Native;

namespace Mayfly.Agent.Forward;

/// <summary>Connections of all listeners that the host has been told of and has not taken yet.</summary>
internal sealed class WaitingConnections
{
    private readonly Dictionary<long, (Descriptor Socket, Action Taken)> _connections = [];
    private long _last;

    /// <returns>Its number, which counts up and is never given again.</returns>
    public long Add(Descriptor socket, Action taken)
    {
        _connections.Add(++_last, (socket, taken));
        return _last;
    }

    /// <summary>The connection, its caller's from here on; null where there is none of that number.</summary>
    public Descriptor? Take(long number)
    {
        if (!_connections.Remove(number, out var connection))
        {
            return null;
        }

        connection.Taken();
        return connection.Socket;
    }

    /// <summary>Resets it where it still waits.</summary>
    public void Drop(long number)
    {
        if (_connections.Remove(number, out var connection))
        {
            GuestSocket.ResetOnClose(connection.Socket);
            connection.Socket.Dispose();
        }
    }
}
