using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;

namespace Mayfly.Agent.Boot;

/// <summary>The ways this machine ends by the agent's hand: a machine without an owner has no purpose.</summary>
internal sealed class MachineEnd : AgentEnd
{
    [DoesNotReturn]
    public override void HostGone()
    {
        // QEMU runs with -no-reboot, where a restart is the end that needs no ACPI.
        _ = Libc.Reboot(Linux.RB_AUTOBOOT);
        Libc.Exit(0);
        throw new InvalidOperationException("The machine did not end.");
    }

    /// <summary>Says it on the console; init's exit is a kernel panic.</summary>
    [DoesNotReturn]
    public override void Fail(string reason)
    {
        using var console = Libc.Open("/dev/console", Linux.O_WRONLY | Linux.O_CLOEXEC | Linux.O_NOCTTY, 0);
        if (!console.IsInvalid)
        {
            Files.TryWrite(console, Encoding.UTF8.GetBytes($"mayfly-agent: {reason}\n"));
        }

        Libc.Exit(70);
        throw new InvalidOperationException(reason);
    }
}
