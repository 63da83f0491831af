using System.Buffers.Binary;

namespace Mayfly.Tests.Sandboxes;

/// <summary>
/// The smallest kernel there is: an ELF file with a PVH entry point that halts for ever. A machine that boots it never
/// says a word, which no real kernel does on demand.
/// </summary>
internal static class HaltingKernel
{
    private const int LoadAddress = 0x100000;
    private const int NoteOffset = 0x100;
    private const int CodeOffset = 0x200;
    private const ulong KernelHalf = 0xFFFF_FFFF_8000_0000;
    private const uint XenElfNotePhys32Entry = 18;

    /// <summary>hlt; jmp back to it.</summary>
    private static ReadOnlySpan<byte> Code => [0xF4, 0xEB, 0xFD];

    public static string WriteTo(string directory)
    {
        var path = Path.Combine(directory, "halting-kernel");
        var file = new byte[0x300];
        WriteElfHeader(file);
        WriteProgramHeader(file.AsSpan(64), type: 1, offset: 0, address: LoadAddress, size: file.Length);
        WriteProgramHeader(file.AsSpan(64 + 56), type: 4, NoteOffset, LoadAddress + NoteOffset, size: 20);
        WriteNote(file.AsSpan(NoteOffset));
        Code.CopyTo(file.AsSpan(CodeOffset));
        File.WriteAllBytes(path, file);
        return path;
    }

    private static void WriteElfHeader(Span<byte> header)
    {
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], 62);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + CodeOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 2);
    }

    private static void WriteProgramHeader(Span<byte> header, uint type, int offset, int address, int size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], KernelHalf + (ulong)address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], 4);
    }

    private static void WriteNote(Span<byte> note)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(note, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note[4..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note[8..], XenElfNotePhys32Entry);
        "Xen\0"u8.CopyTo(note[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(note[16..], LoadAddress + CodeOffset);
    }
}
