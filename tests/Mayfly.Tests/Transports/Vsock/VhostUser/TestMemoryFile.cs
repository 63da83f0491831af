using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>A memfd as QEMU makes it for a guest's memory.</summary>
internal static partial class TestMemoryFile
{
    private const uint AllowSealing = 2;
    private const uint HugePages = 4;
    private const int AddSeals = 1033;
    private const int SealShrink = 2;

    public static SafeFileHandle Create(long length, bool sealed_ = true, bool huge = false)
    {
        var file = CreateFile("mayfly-test", AllowSealing | (huge ? HugePages : 0));
        if (file.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        RandomAccess.SetLength(file, length);
        if (sealed_ && Control(file, AddSeals, SealShrink) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return file;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle CreateFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, nint argument);
}
