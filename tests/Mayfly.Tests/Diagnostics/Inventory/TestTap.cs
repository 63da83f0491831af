using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>A TAP device that goes with this object, or with this process.</summary>
internal sealed partial class TestTap : IDisposable
{
    private const nuint SetInterface = 0x400454ca;
    private const int MaxNameBytes = 15;
    private const int FlagsOffset = 16;
    private const short Tap = 0x2;
    private const short NoPacketInformation = 0x1000;

    private readonly SafeFileHandle _device = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    public unsafe TestTap(string name)
    {
        Assert.True(name.Length <= MaxNameBytes);
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[FlagsOffset..], (short)(Tap | NoPacketInformation));

        // SAFETY: the kernel reads and writes struct ifreq, which is 40 bytes, and does not keep the address.
        fixed (byte* address = request)
        {
            if (Control(_device, SetInterface, address) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
    }

    public void Dispose() => _device.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Control(SafeFileHandle file, nuint request, byte* argument);
}
