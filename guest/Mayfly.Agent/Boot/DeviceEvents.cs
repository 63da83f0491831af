using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>The kernel's announcements of devices: what to wait for instead of looking again and again.</summary>
internal sealed class DeviceEvents : IDisposable
{
    private readonly Descriptor _socket;

    public unsafe DeviceEvents()
    {
        _socket = Libc.Socket(
            Linux.AF_NETLINK,
            Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC,
            Linux.NETLINK_KOBJECT_UEVENT);
        var kernelGroup = new NetlinkAddress { Family = Linux.AF_NETLINK, Groups = 1 };

        // SAFETY: the kernel copies the address before the call returns.
        if (_socket.IsInvalid || Libc.Bind(_socket, &kernelGroup, (uint)sizeof(NetlinkAddress)) != 0)
        {
            throw NativeException.Last("listening for device events");
        }
    }

    /// <summary>Returns when anything about any device has changed since the last call (or the listener's creation).</summary>
    public void Wait() => _ = Wait(-1);

    /// <summary>The same within a limit.</summary>
    /// <param name="limitMs">-1 for none.</param>
    /// <returns>Whether something has changed.</returns>
    public unsafe bool Wait(int limitMs)
    {
        var watch = new PollFd { Descriptor = _socket.Number, Events = (short)Linux.EPOLLIN };

        // SAFETY: one structure, written by the kernel during the call.
        if (limitMs >= 0 && Libc.Poll(&watch, 1, limitMs) <= 0)
        {
            return false;
        }

        var message = stackalloc byte[4096];

        // SAFETY: at most 4096 bytes go into the buffer; what they say does not matter. ENOBUFS is news too.
        _ = Libc.Read(_socket, message, 4096);
        return true;
    }

    public void Dispose() => _socket.Dispose();
}
