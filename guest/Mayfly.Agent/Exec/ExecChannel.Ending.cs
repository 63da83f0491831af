using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

// How a command ends: by itself, or with its whole tree by our hand; then its output is drained, then the outcome said.
internal sealed partial class ExecChannel
{
    private ChildInfo? _exit;
    private long _durationMs;
    private bool _outOfMemory;
    private bool _cancelled;
    private bool _draining;
    private bool _over;
    private ExecEndKind? _ending;
    private FailedOutcome? _failure;
    private LoopTimer? _grace;

    public override void Abort(FailedOutcome failure)
    {
        _failure ??= failure;
        Cancel();
    }

    private void Cancel()
    {
        _cancelled = true;
        if (_draining)
        {
            _output.Abandon();
            _error?.Abandon();
        }
        else
        {
            EndTree(ExecEndKind.Cancelled);
        }
    }

    private void EndTree(ExecEndKind kind)
    {
        if (_ending is not null || _draining)
        {
            return;
        }

        _ending = kind;
        if (_request.GraceMs == 0)
        {
            _tree.Kill();
        }
        else
        {
            _tree.Signal(Linux.SIGTERM);

            // What is stopped can't hear the first signal without the second.
            _tree.Signal(Linux.SIGCONT);
            _grace = _loop.After(_request.GraceMs, _tree.Kill);
        }
    }

    private void OnExited(ChildInfo info)
    {
        _exit = info;
        _durationMs = ElapsedMs;
        _outOfMemory = info.Code != Linux.CLD_EXITED && info.Status == Linux.SIGKILL && _tree.RanOutOfMemory;
        if (_ending is null)
        {
            Drain();
        }
        else
        {
            _tree.WhenEmpty(Drain);
        }
    }

    private void Drain()
    {
        _draining = true;
        _loop.Cancel(_deadline);
        _loop.Cancel(_grace);
        _input?.Close();
        _output.Finish(OnDrained);
        _error?.Finish(OnDrained);
        if (_cancelled)
        {
            _output.Abandon();
            _error?.Abandon();
        }
    }

    private void OnDrained()
    {
        // Either output may be the last to end, or both may have ended long before the command.
        if (_over || !_output.Ended || _error is { Ended: false })
        {
            return;
        }

        _over = true;
        _loop.Cancel(_heartbeat);
        _terminal?.Dispose();
        _link.SendOutcome((Outcome?)_failure ?? CreateOutcome(_exit!.Value));

        // The host has its answer before the group is looked at.
        _tree.Release();
    }

    private ExecOutcome CreateOutcome(ChildInfo exit)
    {
        if (_ending is { } kind)
        {
            return new ExecOutcome { Kind = kind, DurationMs = _durationMs };
        }

        if (exit.Code == Linux.CLD_EXITED)
        {
            return new ExecOutcome { Kind = ExecEndKind.Exited, ExitCode = exit.Status, DurationMs = _durationMs };
        }

        return _outOfMemory
            ? new ExecOutcome { Kind = ExecEndKind.OutOfMemory, DurationMs = _durationMs }
            : new ExecOutcome { Kind = ExecEndKind.Signalled, Signal = exit.Status, DurationMs = _durationMs };
    }
}
