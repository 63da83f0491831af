using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>The ways this machine ends by the agent's hand.</summary>
internal static class Machine
{
    /// <summary>The owner is gone: a machine without one has no purpose.</summary>
    [DoesNotReturn]
    public static void PowerOff()
    {
        // QEMU runs with -no-reboot, where a restart is the end that needs no ACPI.
        _ = Libc.Reboot(Linux.RB_AUTOBOOT);
        Libc.Exit(0);
        throw new InvalidOperationException("The machine did not end.");
    }

    /// <summary>Says on the console why the agent can't go on, and ends the machine: init's exit is a kernel panic.</summary>
    [DoesNotReturn]
    public static void Fail(string reason)
    {
        using var console = Libc.Open("/dev/console", Linux.O_WRONLY | Linux.O_CLOEXEC | Linux.O_NOCTTY, 0);
        if (!console.IsInvalid)
        {
            Files.TryWrite(console, Encoding.UTF8.GetBytes($"mayfly-agent: {reason}\n"));
        }

        Libc.Exit(70);
        throw new InvalidOperationException(reason);
    }

    /// <summary>A thread whose failure is the machine's.</summary>
    public static Thread StartThread(string name, int stackBytes, Action body)
    {
        var thread = new Thread(
            () =>
            {
                try
                {
                    body();
                }
#pragma warning disable CA1031 // Whatever it is, it must be said, and nothing may go on half-dead.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Fail($"{name}: {exception}");
                }
            },
            stackBytes)
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return thread;
    }
}
