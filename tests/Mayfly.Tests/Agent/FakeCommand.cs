using Mayfly.Agent.Exec;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>
/// A command without a process, on the agent's own pumps, which hold the service to its credit: <c>cat</c> puts out
/// what it is given, <c>cat-err</c> does it on the other output, <c>flood</c> writes as long as it may, <c>wait</c> does
/// nothing until it is cancelled, <c>exit N</c> ends at once.
/// </summary>
internal sealed class FakeCommand : Channel
{
    private readonly ChannelLink _link;
    private readonly InputPump? _input;
    private readonly OutputPump? _output;
    private readonly byte[]? _flood;
    private long _floodCredit = ProtocolLimits.WindowBytes;

    public FakeCommand(EventLoop loop, ExecRequest request, ChannelLink link)
    {
        _link = link;
        switch (request.Argv[0])
        {
            case "cat" or "cat-err":
                var (read, write) = Pipe();
                _output = new OutputPump(loop, link, request.Argv[0] == "cat" ? StreamId.Output : StreamId.Error, read, terminal: false);
                _input = new InputPump(loop, link, write, () => _output.Finish(() => Exit(0)));
                break;
            case "flood":
                _flood = new byte[FrameHeader.Size + 30_000];
                Flood();
                break;
            case "exit":
                Exit(int.Parse(request.Argv[1]));
                break;
        }
    }

    public FailedOutcome? Aborted { get; private set; }

    public bool Cancelled { get; private set; }

    public override void OnInput(ReadOnlySpan<byte> bytes)
    {
        if (_input?.TryTake(bytes) == false)
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "more input was sent than was granted"));
        }
    }

    public override void OnInputEnd() => _input?.End();

    public override void OnCredit(StreamId stream, uint bytes)
    {
        _output?.Grant(bytes);
        _floodCredit += bytes;
        Flood();
    }

    public override void OnControl(Control control)
    {
        Assert.IsType<CancelControl>(control);
        Cancelled = true;
        _input?.Close();
        _output?.Abandon();
        _link.SendOutcome(new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Cancelled });
    }

    public override void Abort(FailedOutcome failure)
    {
        Aborted = failure;
        _link.SendOutcome(failure);
    }

    private static unsafe (Descriptor Read, Descriptor Write) Pipe()
    {
        var ends = stackalloc int[2];

        // SAFETY: the kernel stores two ints.
        Assert.Equal(0, Libc.Pipe(ends, Linux.O_CLOEXEC | Linux.O_NONBLOCK));
        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    private void Flood()
    {
        while (_flood is not null && !Cancelled && _floodCredit >= _flood.Length)
        {
            _floodCredit -= _flood.Length - FrameHeader.Size;
            _link.SendData(StreamId.Output, _flood, _flood.Length - FrameHeader.Size);
        }
    }

    private void Exit(int code) =>
        _link.SendOutcome(new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Exited, ExitCode = code });
}
