using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Agent.Warden;

namespace Mayfly.Agent.Attached;

/// <summary>Ends a process that is a session and no machine: with everything its commands have started.</summary>
internal sealed class SessionProcess(ControlGroups groups) : AgentEnd
{
    // What is killed and still there by then waits for a device or belongs to somebody else, and nobody waits with it.
    private const int KillLimitMs = 5000;

    // Never disposed of: the number would go to another file.
    private static readonly Descriptor _errors = new(2);

    [DoesNotReturn]
    public override void HostGone() => End(0);

    [DoesNotReturn]
    public override void Fail(string reason)
    {
        Files.TryWrite(_errors, Encoding.UTF8.GetBytes($"mayfly-agent: {reason}\n"));
        End(70);
    }

    [DoesNotReturn]
    private void End(int code)
    {
        // Kept to the end, so that one thread ends the process and no other starts a command meanwhile.
        Spawner.Gate.Enter();
        groups.KillAll();
        ChildProcesses.EndAll(KillLimitMs);
        groups.RemoveAll();
        Libc.Exit(code);
        throw new InvalidOperationException("The process did not end.");
    }
}
