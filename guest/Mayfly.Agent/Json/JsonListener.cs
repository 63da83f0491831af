using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Agent.Vsock;
using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>
/// Serves commands as newline-delimited JSON on <see cref="VsockPorts.Json"/>, in the format of agentd's guest agent,
/// which other tools speak. Only the host is served. Lives as long as the machine.
/// </summary>
internal sealed class JsonListener : IEventSource
{
    // More wait in the kernel's queue until one of these closes.
    private const int MaxConnections = 64;

    private readonly EventLoop _loop;
    private readonly IChannelFactory _factory;
    private readonly CaptureBudget _budget;
    private readonly Descriptor _listener;
    private readonly Watch _watch;
    private long _accepted;
    private int _open;

    /// <summary>Listens; connections are taken by the loop.</summary>
    public JsonListener(EventLoop loop, IChannelFactory factory, CaptureBudget budget)
    {
        _loop = loop;
        _factory = factory;
        _budget = budget;
        _listener = VsockSocket.Listen(VsockPorts.Json, Linux.SOCK_NONBLOCK);
        _watch = new Watch(loop, _listener, Linux.EPOLLIN, this);
        _watch.Start();
    }

    public void OnReady(uint events)
    {
        var socket = VsockSocket.Accept(_listener, Linux.SOCK_NONBLOCK, out var fromHost);
        if (!fromHost)
        {
            socket.Dispose();
            return;
        }

        _accepted++;
        _open++;
        if (_open == MaxConnections)
        {
            _watch.Stop();
        }

        _ = new JsonConnection(socket, _loop, _factory, _budget, $"json-{_accepted}", OnClosed);
    }

    private void OnClosed()
    {
        _open--;
        _watch.Start();
    }
}
