namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>
/// Decides who closes one direction of a stream: the one that is inside when it is closed, on the way out, or else the one
/// that closes it. Exactly one of them is told to.
/// </summary>
internal sealed class StreamGate
{
    private readonly Lock _lock = new();
    private bool _inside;
    private bool _closed;
    private bool _completed;

    /// <summary>Enters; false where the gate is closed.</summary>
    /// <exception cref="InvalidOperationException">Somebody is inside: reads, and writes, come one at a time.</exception>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            if (_inside)
            {
                throw new InvalidOperationException("A vsock stream takes one read and one write at a time.");
            }

            _inside = true;
            return true;
        }
    }

    /// <summary>Leaves. True: the gate was closed meanwhile, and the direction is for the caller to complete.</summary>
    public bool Leave()
    {
        lock (_lock)
        {
            _inside = false;
            return _closed && TakeCompletion();
        }
    }

    /// <summary>Closes. True: nobody is inside, and the direction is for the caller to complete.</summary>
    public bool Close()
    {
        lock (_lock)
        {
            _closed = true;
            return !_inside && TakeCompletion();
        }
    }

    private bool TakeCompletion()
    {
        var mine = !_completed;
        _completed = true;
        return mine;
    }
}
