using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>What the host may still send on a channel's input, and when to grant it more.</summary>
internal sealed class InputCredit(ChannelLink link)
{
    private long _left = ProtocolLimits.WindowBytes;
    private long _consumed;

    /// <returns>False where the host sent more than it was granted.</returns>
    public bool TryReceive(int bytes) => Interlocked.Add(ref _left, -bytes) >= 0;

    /// <summary>Bytes have left the agent for where they were going. One thread at a time.</summary>
    public void Consume(int bytes)
    {
        _consumed += bytes;
        if (_consumed >= ProtocolLimits.WindowBytes / 4)
        {
            Interlocked.Add(ref _left, _consumed);
            link.SendCredit((uint)_consumed);
            _consumed = 0;
        }
    }
}
