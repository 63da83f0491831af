using Mayfly.Agent.Loop;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>
/// A command of the JSON service: plays the host of a channel, gives it its input as it grants credit, and keeps what
/// it puts out. All on the loop's thread.
/// </summary>
/// <remarks>
/// A channel calls its link in the middle of its own work, so whatever calls it back is posted: nothing is re-entered,
/// and it exists by then.
/// </remarks>
internal sealed class JsonCommand : ChannelLink
{
    /// <summary>The most that is kept of each output.</summary>
    public const int MaxOutputBytes = 16 * 1024 * 1024;

    private const int GrantBytes = ProtocolLimits.WindowBytes / 4;

    private readonly EventLoop _loop;
    private readonly Action<ReadOnlyMemory<byte>> _answered;
    private readonly CapturedStream _output;
    private readonly CapturedStream _error;
    private readonly byte[]? _input;
    private readonly Channel? _channel;
    private long _inputCredit = ProtocolLimits.WindowBytes;
    private int _inputSent;
    private string? _cause;
    private bool _over;

    /// <summary>Starts it; the answer comes later, from the loop.</summary>
    public JsonCommand(EventLoop loop, IChannelFactory factory, CaptureBudget budget, string name, JsonRequest request, Action<ReadOnlyMemory<byte>> answered)
    {
        _loop = loop;
        _output = new CapturedStream(MaxOutputBytes, budget);
        _error = new CapturedStream(MaxOutputBytes, budget);
        _answered = answered;
        _input = request.Input;
        Name = name;
        try
        {
            _channel = factory.Open(request.Command, this);
        }
        catch (ProtocolException exception)
        {
            SendOutcome(new FailedOutcome(FailureCode.BadRequest, exception.Message));
        }

        SendInput();
    }

    public override string Name { get; }

    /// <summary>Bytes of the budget that it has taken; the connection returns them.</summary>
    public long CapturedBytes => _output.Bytes.Length + _error.Bytes.Length;

    /// <summary>Ends its whole tree.</summary>
    public void Cancel()
    {
        if (!_over)
        {
            _channel?.OnControl(new CancelControl());
        }
    }

    public override void SendProgress(Progress progress)
    {
        // The format has no place for it.
    }

    public override void SendData(StreamId stream, byte[] frame, int payloadBytes)
    {
        var captured = stream == StreamId.Output ? _output : _error;
        if (!captured.TryAdd(frame.AsSpan(FrameHeader.Size, payloadBytes)) && _cause is null)
        {
            _cause = $"the command was ended because it wrote more to {(stream == StreamId.Output ? "stdout" : "stderr")} than can be kept: {MaxOutputBytes} bytes, or less where other answers wait to be read";
            _loop.Post(Cancel);
        }

        if (captured.Ungranted >= GrantBytes)
        {
            var bytes = (uint)captured.Ungranted;
            captured.Ungranted = 0;
            _loop.Post(() => _channel?.OnCredit(stream, bytes));
        }
    }

    public override void SendEnd(StreamId stream)
    {
        // The outcome follows, and says it for both.
    }

    public override void SendCredit(uint bytes)
    {
        _inputCredit += bytes;
        _loop.Post(SendInput);
    }

    public override void SendOutcome(Outcome outcome)
    {
        if (!_over)
        {
            _over = true;
            _loop.Post(() => _answered(JsonResponse.Answer(outcome, _output.Bytes, _error.Bytes, _cause)));
        }
    }

    private void SendInput()
    {
        if (_input is null || _channel is null || _over || _inputSent == _input.Length + 1)
        {
            return;
        }

        while (_inputSent < _input.Length && _inputCredit > 0)
        {
            var bytes = (int)Math.Min(_input.Length - _inputSent, _inputCredit);
            _inputCredit -= bytes;
            _inputSent += bytes;
            _channel.OnInput(_input.AsSpan(_inputSent - bytes, bytes));
        }

        if (_inputSent == _input.Length)
        {
            _inputSent++;
            _channel.OnInputEnd();
        }
    }
}
