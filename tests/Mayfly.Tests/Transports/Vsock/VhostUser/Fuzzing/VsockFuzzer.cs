namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>
/// Throws inputs at the vsock device's three borders: the queues in the guest's memory, the monitor's messages, and the bytes
/// they come in. All that is random follows from the seed; what the application's threads do between two inputs does not.
/// </summary>
internal sealed class VsockFuzzer(ulong seed) : IDisposable
{
    private readonly FuzzRandom _random = new(seed);
    private readonly QueueFuzzer _queues = new();
    private readonly MessageFuzzer _messages = new();

    public long Inputs { get; private set; }

    /// <summary>How often an input made the device stop for good, as it may.</summary>
    public long Breaks => _queues.Breaks + _messages.Breaks;

    /// <summary>Packets that the device took from the guest.</summary>
    public long Packets => _queues.Packets;

    /// <summary>Connections that were open in devices which have ended.</summary>
    public long Connections => _queues.Connections;

    /// <summary>What the application read from them.</summary>
    public long BytesRead => _queues.BytesRead;

    /// <exception cref="FuzzFailureException">The device broke a rule; the message says with which input.</exception>
    public void Step()
    {
        var kind = _random.Below(200);
        try
        {
            if (kind == 0)
            {
                SocketFuzzer.Step(_random);
            }
            else if (kind < 20)
            {
                _messages.Step(_random);
            }
            else
            {
                _queues.Step(_random);
            }
        }
        catch (Exception exception)
        {
            throw new FuzzFailureException($"seed {seed}, input {Inputs}: {exception.Message}", exception);
        }

        Inputs++;
    }

    public void Dispose()
    {
        _queues.Dispose();
        _messages.Dispose();
    }
}
