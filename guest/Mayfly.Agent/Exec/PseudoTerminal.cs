using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>Both ends of a new terminal. The master does not block.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const uint TerminalGroup = 5;

    private PseudoTerminal(Descriptor master, Descriptor slave)
    {
        Master = master;
        Slave = slave;
    }

    public Descriptor Master { get; }

    public Descriptor Slave { get; }

    /// <exception cref="StartException">The guest has no terminal to give.</exception>
    public static unsafe PseudoTerminal Open(TerminalSize size, Account owner)
    {
        const int Flags = Linux.O_RDWR | Linux.O_NOCTTY | Linux.O_CLOEXEC;
        var master = Libc.Open("/dev/pts/ptmx", Flags | Linux.O_NONBLOCK, 0);
        if (master.IsInvalid)
        {
            // Where others have mounted the terminals, this one may be nobody's.
            master = Libc.Open("/dev/ptmx", Flags | Linux.O_NONBLOCK, 0);
        }

        var unlocked = 0;

        // SAFETY: the kernel reads one int; the peer request's argument is a number.
        if (master.IsInvalid || Libc.DeviceControl(master, Linux.TIOCSPTLCK, &unlocked) != 0)
        {
            throw Failed(master);
        }

        var number = Libc.DeviceControl(master, Linux.TIOCGPTPEER, (void*)Flags);
        if (number < 0)
        {
            throw Failed(master);
        }

        var slave = new Descriptor(number);
        _ = Libc.ChangeOwner(slave, owner.UserId, TerminalGroup);
        Resize(master, size);
        return new PseudoTerminal(master, slave);
    }

    public static unsafe void Resize(Descriptor master, TerminalSize size)
    {
        var window = new WindowSize { Rows = (ushort)size.Rows, Columns = (ushort)size.Columns };

        // SAFETY: the kernel reads the local structure.
        _ = Libc.DeviceControl(master, Linux.TIOCSWINSZ, &window);
    }

    /// <summary>The process group that has the terminal; 0 where there is none.</summary>
    public static unsafe int ForegroundGroup(Descriptor master)
    {
        int group;

        // SAFETY: the kernel stores one int.
        return Libc.DeviceControl(master, Linux.TIOCGPGRP, &group) == 0 ? group : 0;
    }

    public void Dispose()
    {
        Master.Dispose();
        Slave.Dispose();
    }

    private static StartException Failed(Descriptor master)
    {
        var errno = Marshal.GetLastPInvokeError();
        master.Dispose();
        return new StartException(StartFailure.NoResources, $"the guest has no terminal to give: {NativeException.Describe(errno)}");
    }
}
