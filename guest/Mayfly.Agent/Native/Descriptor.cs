using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>A file descriptor that closes itself.</summary>
internal sealed class Descriptor : SafeHandle
{
    public Descriptor()
        : base(-1, ownsHandle: true)
    {
    }

    public Descriptor(int number)
        : base(-1, ownsHandle: true) => SetHandle(number);

    // The C functions return an int: the upper half of the register is not theirs.
    public override bool IsInvalid => (int)handle < 0;

    /// <summary>The bare number, for structures the kernel reads; valid while this object is kept alive.</summary>
    public int Number => (int)handle;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
