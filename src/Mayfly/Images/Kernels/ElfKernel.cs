using System.Buffers.Binary;

namespace Mayfly.Images.Kernels;

/// <summary>Tells a vmlinux from all other ELF files by its headers.</summary>
internal static class ElfKernel
{
    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const uint LoadableSegment = 1;

    /// <summary>The first bytes of each ELF file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    /// <summary>
    /// What is wrong with it as a kernel; null when nothing is. <paramref name="head"/> is the beginning of the file and
    /// must reach over the program headers, which linkers put right behind the ELF header.
    /// </summary>
    public static string? FindFault(ReadOnlySpan<byte> head, GuestArchitecture architecture)
    {
        if (!head.StartsWith(Magic) || head.Length < HeaderBytes)
        {
            return "it is no ELF file";
        }

        if (head[4] != 2 || head[5] != 1)
        {
            return "it is not a 64-bit little-endian ELF file";
        }

        var machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        if (machine != architecture.ElfMachine)
        {
            return $"it is for another machine (ELF machine {machine}, not {architecture.ElfMachine})";
        }

        return HasKernelSegment(head) ? null : "it is a program or library, not a kernel";
    }

    // A kernel is linked to the upper half of the address space, where no program can be.
    private static bool HasKernelSegment(ReadOnlySpan<byte> head)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(head[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        if (size < SegmentBytes || offset > (ulong)head.Length)
        {
            return false;
        }

        var segments = head[(int)offset..];
        for (var index = 0; index < count && segments.Length >= size; index++, segments = segments[size..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(segments) == LoadableSegment
                && BinaryPrimitives.ReadInt64LittleEndian(segments[16..]) < 0)
            {
                return true;
            }
        }

        return false;
    }
}
