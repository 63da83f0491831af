using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>An eventfd: a counter that can be raised from anywhere and waited for with epoll.</summary>
internal sealed unsafe class EventDescriptor : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    /// <summary>A new one.</summary>
    /// <exception cref="IOException">There are no more descriptors.</exception>
    public EventDescriptor()
        : this(DescriptorCalls.CreateEvent(0, CloseOnExec | NonBlocking))
    {
        if (Handle.IsInvalid)
        {
            throw new IOException("an eventfd can't be made", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

    private EventDescriptor(SafeFileHandle handle) => Handle = handle;

    /// <summary>For epoll.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>One that another process has made.</summary>
    /// <returns>Null where it is something else: a pipe or a file would have other ways to keep the caller waiting.</returns>
    public static EventDescriptor? TryFrom(SafeFileHandle handle)
    {
        var link = new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}");
        return link.LinkTarget == "anon_inode:[eventfd]" && DescriptorCalls.TryUnblock(handle) ? new EventDescriptor(handle) : null;
    }

    /// <summary>
    /// Raises the counter. A full one, or a peer that is gone, is none of the caller's business. A full one is looked for,
    /// because the process that shares it can make it block again.
    /// </summary>
    public void Raise()
    {
        if (!DescriptorCalls.CanWrite(Handle))
        {
            return;
        }

        var one = 1UL;

        // SAFETY: eight bytes of a local.
        _ = DescriptorCalls.Write(Handle, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Sets the counter back to zero.</summary>
    public void Clear()
    {
        ulong count;

        // SAFETY: eight bytes of a local.
        _ = DescriptorCalls.Read(Handle, (byte*)&count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
