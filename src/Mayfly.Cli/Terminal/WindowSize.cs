using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary><c>struct winsize</c> of ioctl_tty(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort WidthPixels;
    public ushort HeightPixels;
}
