using Mayfly.Protocol;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Session;

/// <summary>
/// A command in the guest. Disposal before its end cancels it; what it still sends is dropped, and granted anew so
/// that the guest is never stuck on it.
/// </summary>
internal sealed class GuestCommand : GuestChannel, IGuestCommand
{
    private readonly TaskCompletionSource<ExecOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InboundStream _output;
    private readonly InboundStream _error;
    private readonly OutboundStream? _input;
    private readonly bool _hasTerminal;
    private int _processId;
    private int _disposed;

    public GuestCommand(ExecRequest request, OutgoingQueue queue, TimeProvider timeProvider)
        : base(queue, timeProvider)
    {
        _hasTerminal = request.Terminal is not null;
        _input = request.Input ? new OutboundStream(this, queue) : null;
        _output = CreateInbound(StreamId.Output);
        _error = CreateInbound(StreamId.Error, _hasTerminal ? 0 : ProtocolLimits.WindowBytes);
    }

    public int ProcessId => _processId;

    /// <summary>
    /// Standard input. Where the request asked for none, writes vanish as in <c>/dev/null</c>; once the command has
    /// ended they throw an <see cref="IOException"/> (broken pipe).
    /// </summary>
    public Stream Input => _input ?? Stream.Null;

    public Stream Output => _output;

    public Stream Error => _hasTerminal ? Stream.Null : _error;

    public Task<ExecOutcome> Outcome => _outcome.Task;

    /// <summary>Completes when the guest has started the command or said how it ended; faults with the session.</summary>
    public Task Started => _started.Task;

    protected override OutboundStream? Outbound => _input;

    public async Task ControlAsync(Control control, CancellationToken cancellationToken)
    {
        if (HasEnded)
        {
            return;
        }

        if (control is CancelControl)
        {
            // Never waits for room: it may be needed because the guest no longer reads.
            Queue.Cancel(this);
            return;
        }

        var payload = ProtocolJson.Encode(control, ProtocolJson.Default.Control);
        await Queue.SendAsync(this, FrameType.Control, payload, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _output.Dispose();
            _error.Dispose();
            if (!HasEnded)
            {
                Queue.Cancel(this);
                _input?.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    public override void Break(SessionBrokenException reason)
    {
        base.Break(reason);
        _output.End(reason);
        _error.End(reason);
        _started.TrySetException(reason);
        _outcome.TrySetException(reason);
        // Nobody need have looked at these; a fault that goes unseen is no error of the program.
        _ = _started.Task.Exception;
        _ = _outcome.Task.Exception;
    }

    protected override InboundStream? FindInbound(StreamId id) => id switch
    {
        StreamId.Output => _output,
        StreamId.Error => _error,
        _ => null,
    };

    protected override void OnProgress(Progress progress)
    {
        if (progress is HeartbeatProgress)
        {
            return;
        }

        if (progress is not StartedProgress started)
        {
            throw new ProtocolException($"a {progress.GetType().Name} for the command on channel {Number}");
        }

        if (_processId != 0)
        {
            throw new ProtocolException($"a second start of the command on channel {Number}");
        }

        _processId = started.ProcessId;
        _started.TrySetResult();
    }

    protected override void OnOutcome(Outcome outcome)
    {
        var end = outcome switch
        {
            ExecOutcome exec => exec,
            FailedOutcome failed when _processId == 0 => ToExecOutcome(failed),
            _ => throw new ProtocolException($"a {outcome.GetType().Name} for the command on channel {Number}"),
        };

        if (end.Kind == WireEndKind.CouldNotStart && _processId != 0)
        {
            throw new ProtocolException($"the command on channel {Number} started and then could not start");
        }

        End();
        _outcome.TrySetResult(end);
        _started.TrySetResult();
    }

    private static ExecOutcome ToExecOutcome(FailedOutcome failed) => failed.Code == FailureCode.Cancelled
        ? new ExecOutcome { Kind = WireEndKind.Cancelled, Message = failed.Message }
        : new ExecOutcome
        {
            Kind = WireEndKind.CouldNotStart,
            StartFailure = StartFailure.Other,
            Message = failed.Message,
        };
}
