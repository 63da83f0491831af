using Mayfly.Agent.Native;

namespace Mayfly.Agent.Loop;

/// <summary>One descriptor's place in the loop. It can be taken out and put back; the descriptor stays its owner's.</summary>
internal sealed class Watch(EventLoop loop, Descriptor descriptor, uint events, IEventSource source)
{
    private ulong _token;

    public void Start()
    {
        if (_token == 0)
        {
            _token = loop.Add(descriptor, events, source);
        }
    }

    public void Stop()
    {
        if (_token != 0)
        {
            loop.Remove(descriptor, _token);
            _token = 0;
        }
    }
}
