using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Agent.Warden.Resources;
using Mayfly.Agent.Warden.Resources.ControlGroups;
using Mayfly.Protocol;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>
/// Guards one sandbox on the host: makes its directory, then what a plan asks for, runs one program, and takes all of it
/// away in reverse when the owner's pipe ends, however the owner has died. When the warden itself dies, the kernel kills the
/// program, and the directory's lock, which is free then, tells the owner or the next reaper to do the rest.
/// </summary>
/// <remarks>
/// Standard input: the facts of the sandbox, one line; later the lines of one <see cref="WardenPlan"/>. Standard output, a
/// line each: <c>ready</c>, <c>full</c>, <c>taken ID</c> (the name, by that sandbox) or <c>failed WHY</c>; <c>note WHAT</c>; <c>started PID</c>, <c>denied RESOURCE: WHY</c>
/// or <c>failed WHY</c>; <c>exited CODE</c> or <c>signalled N</c>; <c>starved</c> before that when the kernel
/// has killed something of it for want of memory; <c>expired</c> when the lifetime is over; <c>removed</c> when somebody else has asked for the end;
/// <c>left WHAT</c> for what would not go.
/// </remarks>
internal sealed unsafe class WardenProgram(SandboxPlace place, int most) : IDisposable
{
    private const int OwnerOnlyMask = 0b000_111_111;

    private static readonly Descriptor _input = new(0);
    private static readonly Descriptor _output = new(1);

    private readonly OwnerPipe _owner = new(_input);
    private readonly List<ResourceHandle> _wanted = [];
    private ResourceStack? _resources;
    private ResourceStack.Entry? _process;
    private GuardedProgram? _program;
    private Descriptor? _endRequest;
    private long? _deadline;
    private bool _planned;
    private bool _hasExpired;
    private bool _isRemoved;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        HostSession.Leave();

        // What the program leaves behind becomes ours to end.
        _ = Libc.SystemCall(LinuxX64.SYS_prctl, Linux.PR_SET_CHILD_SUBREAPER, 1, 0, 0);
        _ = Libc.SystemCall(LinuxX64.SYS_umask, OwnerOnlyMask, 0, 0, 0);
        using var owner = HostProcesses.Open(Libc.ParentProcessId());
        var parent = HostProcesses.Identify(Libc.ParentProcessId());
        if (_owner.ReadLine() is not { } line)
        {
            return 0;
        }

        using var claim = Claim(line, parent);
        return claim is null ? 1 : Guard(owner);
    }

    public void Dispose()
    {
        _program?.Dispose();
        _resources?.Dispose();
        _endRequest?.Dispose();
    }

    private static void Report(string line) => Files.TryWrite(_output, Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"));

    private DirectoryClaim? Claim(byte[] line, ProcessIdentity? owner)
    {
        try
        {
            var facts = SandboxFacts.TryRead(line) ?? throw new ProtocolException("facts that make no sense");
            var claim = DirectoryClaim.Make(place, facts with { Owner = owner, Warden = HostProcesses.Identify(Libc.ProcessId()) }, most, out var refusal);
            _endRequest = claim is null ? null : EndRequest.Listen(place);
            Report(claim is null ? refusal : "ready");
            return claim;
        }
        catch (Exception exception) when (exception is NativeException or ProtocolException)
        {
            Report($"failed {exception.Message}");
            return null;
        }
    }

    private int Guard(Descriptor owner)
    {
        // It may have come with the facts, and no more input need follow.
        TakePlan();
        while (!_owner.IsEnded && !IsOver(Wait(owner), owner))
        {
        }

        var left = End();
        foreach (var problem in left)
        {
            Report($"left {problem}");
        }

        return left.Count == 0 ? 0 : 1;
    }

    /// <summary>Waits for the owner's word or death, the program's end, or the end of the sandbox's time.</summary>
    private Ready Wait(Descriptor owner)
    {
        var watches = stackalloc PollFd[4];
        watches[0] = new PollFd { Descriptor = _input.Number, Events = (short)Linux.EPOLLIN };
        watches[1] = new PollFd { Descriptor = owner.Number, Events = (short)Linux.EPOLLIN };
        watches[2] = new PollFd { Descriptor = _program?.Number ?? -1, Events = (short)Linux.EPOLLIN };
        watches[3] = new PollFd { Descriptor = _endRequest?.Number ?? -1, Events = (short)Linux.EPOLLIN };
        var limit = _deadline is { } deadline ? (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue) : -1;

        // SAFETY: four structures, written by the kernel during the call; negative descriptors are passed over.
        return Libc.Poll(watches, 4, limit) > 0
            ? new Ready(watches[0].Returned != 0, watches[1].Returned != 0, watches[2].Returned != 0, watches[3].Returned != 0)
            : default;
    }

    private bool IsOver(Ready ready, Descriptor owner)
    {
        if (ready.Program)
        {
            CollectProgram();
        }

        if (ready.Input)
        {
            _owner.Fill();
            TakePlan();
        }

        if (_deadline <= Environment.TickCount64)
        {
            _hasExpired = true;
            return true;
        }

        _isRemoved = ready.Request;
        return _isRemoved || (ready.Owner && !owner.IsInvalid);
    }

    private void TakePlan()
    {
        while (!_planned && _owner.TakeLine() is { } line)
        {
            try
            {
                if (WardenPlan.Take(line, _wanted) is { } plan)
                {
                    _planned = true;
                    Carry(plan);
                }
            }
            catch (Exception exception) when (exception is NativeException or ProtocolException)
            {
                _planned = true;
                Report($"failed {exception.Message}");
            }
        }
    }

    private void Carry(WardenPlan plan)
    {
        _resources = new ResourceStack(place, HandleJournal.Open(place), ResourceKinds.Find);
        foreach (var wanted in plan.Resources)
        {
            if (!TryMake(_resources, wanted))
            {
                return;
            }
        }

        _process = _resources.Announce(ResourceHandle.Of(ResourceKind.Process, ("program", plan.Program[0])));
        _program = GuardedProgram.Start(plan.Program, plan.IsolateNetwork, _resources.Inherited, _resources.Joined);
        if (HostProcesses.Identify(_program.ProcessId) is { } identity)
        {
            var facts = new Dictionary<string, string>(StringComparer.Ordinal);
            identity.AddTo(facts, "");
            _resources.Complete(_process, facts);
        }

        _deadline = plan.Lifetime is { } lifetime ? Environment.TickCount64 + (long)lifetime.TotalMilliseconds : null;
        Report($"started {_program.ProcessId}");
    }

    private static bool TryMake(ResourceStack resources, ResourceHandle wanted)
    {
        try
        {
            foreach (var note in resources.Make(wanted))
            {
                Report($"note {note}");
            }

            return true;
        }
        catch (NativeException exception)
        {
            Report($"denied {wanted}: {exception.Message}");
            return false;
        }
    }

    private bool CollectProgram()
    {
        if (_program is null)
        {
            return true;
        }

        if (_program.End() is not { } end)
        {
            return false;
        }

        _program.Dispose();
        _program = null;
        if (_resources!.Handles.Any(handle => handle.Kind == ResourceKind.ControlGroup && ControlGroupKind.HasRunOutOfMemory(handle)))
        {
            Report("starved");
        }

        if (_hasExpired)
        {
            Report("expired");
        }

        if (_isRemoved)
        {
            Report("removed");
        }

        Report(end);
        return true;
    }

    private IReadOnlyList<string> End()
    {
        CollectProgram();
        var left = _resources?.ReleaseAll() ?? [];
        return left.Count > 0 ? left : place.Discard() is { } problem ? [problem] : [];
    }

    /// <summary>What there is to see to.</summary>
    private readonly record struct Ready(bool Input, bool Owner, bool Program, bool Request);
}
