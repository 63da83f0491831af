using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>
/// Wakes the one thread that waits for it, or the next that will, once. The runtime has such an event, but its own code for it is
/// far more than the kernel's, which a copy of a machine would run, and emulation translate, for its first command.
/// </summary>
internal sealed unsafe class WakeUp
{
    private readonly Descriptor _counter = Libc.EventDescriptor(0, Linux.O_CLOEXEC);

    public WakeUp()
    {
        if (_counter.IsInvalid)
        {
            throw NativeException.Last("eventfd");
        }
    }

    public void Set()
    {
        var one = 1UL;

        // SAFETY: eight bytes of a local, which is what an eventfd takes.
        _ = Libc.Write(_counter, (byte*)&one, sizeof(ulong));
    }

    public void Wait()
    {
        ulong count;

        // SAFETY: eight bytes of a local. However often it was set, it is unset now; a wait that is cut short is a wake-up too many.
        _ = Libc.Read(_counter, (byte*)&count, sizeof(ulong));
    }
}
