using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct utsname</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemName
{
    private const int FieldBytes = 65;

    private fixed byte _system[FieldBytes];
    private fixed byte _node[FieldBytes];
    private fixed byte _release[FieldBytes];
    private fixed byte _version[FieldBytes];
    private fixed byte _machine[FieldBytes];
    private fixed byte _domain[FieldBytes];

    public string Node
    {
        get
        {
            // SAFETY: the kernel ends every field with a NUL within its 65 bytes.
            fixed (byte* text = _node)
            {
                return Marshal.PtrToStringUTF8((nint)text)!;
            }
        }
    }

    public string Release
    {
        get
        {
            // SAFETY: as above.
            fixed (byte* text = _release)
            {
                return Marshal.PtrToStringUTF8((nint)text)!;
            }
        }
    }

    public string Machine
    {
        get
        {
            // SAFETY: as above.
            fixed (byte* text = _machine)
            {
                return Marshal.PtrToStringUTF8((nint)text)!;
            }
        }
    }
}
