using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>One command from its start to its outcome. Runs on the loop's thread, so it needs no locks.</summary>
internal sealed partial class ExecChannel : Channel
{
    private const long HeartbeatMs = 5000;

    private readonly EventLoop _loop;
    private readonly ChannelLink _link;
    private readonly ExecRequest _request;
    private readonly IProcessTree _tree;
    private readonly Descriptor? _terminal;
    private readonly InputPump? _input;
    private readonly OutputPump _output;
    private readonly OutputPump? _error;
    private readonly int _process;
    private readonly long _startedAt = Environment.TickCount64;
    private LoopTimer? _heartbeat;
    private readonly LoopTimer? _deadline;

    private ExecChannel(EventLoop loop, ChannelLink link, ExecRequest request, IProcessTree tree, CommandStreams streams, int process)
    {
        _loop = loop;
        _link = link;
        _request = request;
        _tree = tree;
        _process = process;
        _terminal = streams.Terminal;
        var isTerminal = _terminal is not null;
        _input = streams.Input is null ? null : new InputPump(loop, link, streams.Input, OnInputWritten);
        _output = new OutputPump(loop, link, StreamId.Output, streams.Output!, isTerminal);
        if (streams.Error is not null)
        {
            _error = new OutputPump(loop, link, StreamId.Error, streams.Error, terminal: false);
        }
        else
        {
            link.SendEnd(StreamId.Error);
        }

        _heartbeat = loop.After(HeartbeatMs, OnHeartbeat);
        if (request.TimeoutMs is { } timeoutMs)
        {
            _deadline = loop.After(timeoutMs, () => EndTree(ExecEndKind.TimedOut));
        }
    }

    private long ElapsedMs => Environment.TickCount64 - _startedAt;

    /// <returns>The running command; null where it could not start and the host has been told.</returns>
    /// <exception cref="ProtocolException">The request makes no sense.</exception>
    public static ExecChannel? Start(EventLoop loop, ProcessReaper reaper, ControlGroups groups, ExecRequest request, ChannelLink link)
    {
        ExecRequestCheck.Check(request);
        CommandStreams? streams = null;
        IProcessTree? tree = null;
        try
        {
            var account = AccountDatabase.Read().Find(request.User);
            streams = CommandStreams.Open(request, account);
            tree = groups.CreateTree(loop, link.Name, request.MemoryBytes, request.MaxProcesses);
            var process = CommandLauncher.Start(request, account, streams, tree);
            tree.Attach(process);
            streams.CloseTheirs();
            link.SendProgress(new StartedProgress(process));
            var channel = new ExecChannel(loop, link, request, tree, streams, process);
            reaper.Watch(process, channel.OnExited);
            return channel;
        }
        catch (StartException exception)
        {
            // A child that failed on its way to its program is left to be collected.
            reaper.Notice();
            streams?.Dispose();
            tree?.Release();
            link.SendEnd(StreamId.Output);
            link.SendEnd(StreamId.Error);
            link.SendOutcome(new ExecOutcome
            {
                Kind = ExecEndKind.CouldNotStart,
                StartFailure = exception.Failure,
                Message = exception.Message,
            });
            return null;
        }
    }

    public override void OnInput(ReadOnlySpan<byte> bytes)
    {
        if (_input is null)
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "input was sent to a command that was started without any"));
        }
        else if (!_input.TryTake(bytes))
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "more input was sent than was granted"));
        }
    }

    public override void OnInputEnd() => _input?.End();

    public override void OnCredit(StreamId stream, uint bytes)
    {
        if (stream == StreamId.Output)
        {
            _output.Grant(bytes);
        }
        else
        {
            _error?.Grant(bytes);
        }
    }

    public override void OnControl(Control control)
    {
        switch (control)
        {
            case CancelControl:
                Cancel();
                break;
            case SignalControl { Signal: var signal }:
                ExecRequestCheck.CheckSignal(signal);
                SendSignal(signal);
                break;
            case ResizeControl { Size: var size }:
                ExecRequestCheck.Check(size);
                if (_terminal is { IsClosed: false })
                {
                    PseudoTerminal.Resize(_terminal, size);
                }

                break;
        }
    }

    private void OnHeartbeat()
    {
        _link.SendProgress(new HeartbeatProgress(ElapsedMs));
        _heartbeat = _loop.After(HeartbeatMs, OnHeartbeat);
    }

    private void SendSignal(int signal)
    {
        if (_exit is not null)
        {
            return;
        }

        var foreground = _terminal is null ? 0 : PseudoTerminal.ForegroundGroup(_terminal);
        _ = Libc.Kill(-(foreground > 0 ? foreground : _process), signal);
    }

    private void OnInputWritten()
    {
        // The person at the terminal has gone.
        if (_terminal is not null)
        {
            SendSignal(Linux.SIGHUP);
            SendSignal(Linux.SIGCONT);
        }
    }
}
