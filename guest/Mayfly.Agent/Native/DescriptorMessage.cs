using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct cmsghdr</c> with one descriptor behind it, padded as <c>CMSG_SPACE</c> wants it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DescriptorMessage
{
    /// <summary>What <c>CMSG_LEN</c> says of it.</summary>
    public const int UsedBytes = 20;

    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;
}
