using System.Buffers.Binary;

namespace Mayfly.Images.Kernels;

/// <summary>Where a bzImage keeps its compressed vmlinux; by the kernel's Documentation/arch/x86/boot.rst.</summary>
/// <param name="PayloadOffset">Of the compressed bytes in the file.</param>
/// <param name="PayloadBytes">Their number, with the four bytes of size behind them.</param>
internal readonly record struct BzImage(long PayloadOffset, long PayloadBytes)
{
    /// <summary>Bytes from the beginning of the file that <see cref="TryParse"/> needs.</summary>
    public const int HeaderBytes = 0x250;

    private const int SetupSectors = 0x1f1;
    private const int Signature = 0x202;
    private const int ProtocolVersion = 0x206;
    private const int PayloadOffsetField = 0x248;
    private const int PayloadLengthField = 0x24c;
    private const int FirstVersionWithPayload = 0x208;
    private const int SectorBytes = 512;

    /// <summary>Whether the file begins with the boot header of a bzImage.</summary>
    public static bool IsOne(ReadOnlySpan<byte> head)
        => head.Length >= HeaderBytes && head[Signature..].StartsWith("HdrS"u8);

    /// <summary>Finds the payload of a file of <paramref name="fileBytes"/> bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> head, long fileBytes, out BzImage image)
    {
        image = default;
        if (!IsOne(head) || BinaryPrimitives.ReadUInt16LittleEndian(head[ProtocolVersion..]) < FirstVersionWithPayload)
        {
            return false;
        }

        // Zero means four, for the sake of the oldest loaders.
        var sectors = head[SetupSectors] == 0 ? 4 : head[SetupSectors];
        long offset = ((sectors + 1) * SectorBytes) + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[PayloadOffsetField..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(head[PayloadLengthField..]);
        if (length < 2 * sizeof(uint) || offset + length > fileBytes)
        {
            return false;
        }

        image = new BzImage(offset, length);
        return true;
    }
}
