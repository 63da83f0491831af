using System.Runtime.InteropServices;
using Mayfly.Protocol;

namespace Mayfly.Agent.Native;

/// <summary><c>struct rand_pool_info</c> with room for what a wake message brings.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EntropyBlock
{
    /// <summary>How much the bytes are worth.</summary>
    public int EntropyBits;

    /// <summary>How many there are.</summary>
    public int Length;

    public fixed byte Bytes[WakeSettings.EntropyBytes];
}
