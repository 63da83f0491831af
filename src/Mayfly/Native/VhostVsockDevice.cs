using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>
/// An opening of <c>/dev/vhost-vsock</c> (linux/vhost.h), which stands for one guest's device and holds at most one
/// context id until it is closed.
/// </summary>
internal sealed partial class VhostVsockDevice : IDisposable
{
    /// <summary>Where the kernel module vhost_vsock puts it.</summary>
    public const string DefaultPath = "/dev/vhost-vsock";

    /// <summary>VHOST_VSOCK_SET_GUEST_CID, _IOW(0xAF, 0x60, __u64).</summary>
    private const nuint SetGuestContextId = 0x4008AF60;

    private const int ErrnoAddressInUse = 98;

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private VhostVsockDevice(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>Opens it for reading and writing.</summary>
    /// <exception cref="IOException">It is not there, or this user may not.</exception>
    public static VhostVsockDevice Open(string path)
    {
        var descriptor = FileCalls.OpenAt(FileCalls.CurrentDirectory, path, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        return descriptor >= 0
            ? new VhostVsockDevice(new SafeFileHandle(descriptor, ownsHandle: true), path)
            : throw FileCallException.FromLastError(path);
    }

    /// <summary>Takes a context id for this opening; false where another guest on this host has it, whoever its user is.</summary>
    /// <param name="contextId">3 to 4294967294; the kernel refuses others.</param>
    /// <exception cref="IOException">The kernel refused for another reason.</exception>
    public bool TryTake(uint contextId)
    {
        if (Control(_handle, SetGuestContextId, contextId) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == ErrnoAddressInUse
            ? false
            : throw new IOException($"{_path} refused context id {contextId}", new Win32Exception(error));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, in ulong contextId);
}
