using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Forward;

/// <summary>Carries what a program sends on a connection to the host.</summary>
internal sealed class SocketOutput : IEventSource
{
    private const int ReadsPerTurn = 4;

    private readonly ChannelLink _link;
    private readonly StreamSource _source;
    private readonly Action<int> _ended;
    private readonly Watch _watch;

    /// <summary>
    /// The socket stays its owner's. <paramref name="ended"/> is called once, with 0 where the program has ended its sending
    /// and the host has been told, else with the error number.
    /// </summary>
    public SocketOutput(EventLoop loop, ChannelLink link, Descriptor socket, Action<int> ended)
    {
        _link = link;
        _source = new StreamSource(link, StreamId.Output, socket);
        _ended = ended;
        _watch = new Watch(loop, socket, Linux.EPOLLIN, this);
        _watch.Start();
    }

    public bool Ended { get; private set; }

    public void Grant(uint bytes)
    {
        _source.Grant(bytes);
        if (!Ended)
        {
            _watch.Start();
        }
    }

    /// <summary>The host does not want the rest.</summary>
    public void Stop()
    {
        Ended = true;
        _watch.Stop();
    }

    public void OnReady(uint events)
    {
        for (var turn = 0; turn < ReadsPerTurn && !Ended; turn++)
        {
            if (_source.Credit <= 0)
            {
                _watch.Stop();
                return;
            }

            var count = _source.Send(long.MaxValue);
            if (StreamSource.IsNothingYet(count))
            {
                return;
            }

            if (count <= 0)
            {
                End(-count);
            }
        }
    }

    private void End(int errno)
    {
        Stop();
        if (errno == 0)
        {
            _link.SendEnd(StreamId.Output);
        }

        _ended(errno);
    }
}
