using System.Threading.Channels;
using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly.Tests.Session;

/// <summary>One channel of a <see cref="TestAgent"/>: checks the host's windows and keeps its own.</summary>
internal sealed class AgentChannel(uint number, GuestWire wire)
{
    private readonly Channel<byte[]> _input = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource<Control> _control = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AsyncSignal _credited = new();
    private readonly int[] _credit = [0, ProtocolLimits.WindowBytes, ProtocolLimits.WindowBytes];
    private int _inputWindow = ProtocolLimits.WindowBytes;
    private int _ungranted;
    private volatile bool _hungUp;

    public uint Number => number;

    /// <summary>The first message the host sends to the operation.</summary>
    public Task<Control> Control => _control.Task;

    /// <summary>The next piece of input, null at its end. Grants what it takes.</summary>
    public async Task<byte[]?> ReadInputAsync()
    {
        if (!await _input.Reader.WaitToReadAsync())
        {
            return null;
        }

        _input.Reader.TryRead(out var piece);
        _ungranted += piece!.Length;
        if (_ungranted >= ProtocolLimits.WindowBytes / 4)
        {
            Interlocked.Add(ref _inputWindow, _ungranted);
            await wire.SendCreditAsync(number, StreamId.Input, _ungranted);
            _ungranted = 0;
        }

        return piece;
    }

    public async Task WriteAsync(StreamId id, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, Math.Min(Volatile.Read(ref _credit[(int)id]), ProtocolLimits.MaxDataBytes));
            if (count == 0)
            {
                // Nobody grants anything any more.
                if (_hungUp)
                {
                    throw new IOException("the host has closed");
                }

                await _credited.WaitAsync(CancellationToken.None);
                continue;
            }

            Interlocked.Add(ref _credit[(int)id], -count);
            await wire.SendAsync(FrameType.Data, number, id, bytes[..count]);
            bytes = bytes[count..];
        }
    }

    public Task EofAsync(StreamId id) => wire.SendAsync(FrameType.Eof, number, id, default);

    public Task StartedAsync() => wire.SendAsync(number, new StartedProgress((int)number + 100));

    public Task OutcomeAsync(Outcome outcome) => wire.SendAsync(number, outcome);

    /// <summary>Ends both outputs and the command.</summary>
    public async Task ExitAsync(int code = 0)
    {
        await EofAsync(StreamId.Output);
        await EofAsync(StreamId.Error);
        await OutcomeAsync(new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Exited, ExitCode = code });
    }

    public void TakeInput(byte[] piece)
    {
        if (Interlocked.Add(ref _inputWindow, -piece.Length) < 0)
        {
            throw new InvalidOperationException("the host sent more than it was granted");
        }

        if (!_input.Writer.TryWrite(piece))
        {
            throw new InvalidOperationException("the host sent input after its end");
        }
    }

    public void TakeEof()
    {
        if (!_input.Writer.TryComplete())
        {
            throw new InvalidOperationException("the host ended its input twice");
        }
    }

    public void TakeCredit(StreamId id, int bytes)
    {
        if (Interlocked.Add(ref _credit[(int)id], bytes) > ProtocolLimits.WindowBytes)
        {
            throw new InvalidOperationException("the host granted more than a window");
        }

        _credited.Set();
    }

    public void TakeControl(Control control) => _control.TrySetResult(control);

    public void Hangup()
    {
        _input.Writer.TryComplete();
        _control.TrySetCanceled();
        _hungUp = true;
        _credited.Set();
    }
}
