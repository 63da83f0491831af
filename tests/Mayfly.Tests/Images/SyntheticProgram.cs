using System.Buffers.Binary;
using System.Text;

namespace Mayfly.Tests.Images;

/// <summary>Just enough ELF to be taken for a program or a shared library that needs others.</summary>
internal static class SyntheticProgram
{
    public const int Dynamic = 64 + (3 * 56);

    // Segments are loaded elsewhere than they lie in the file.
    private const ulong Base = 0x400000;

    public static byte[] Make(string? interpreter, params string[] needed)
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var names = needed.Select(name => Append(strings, name)).ToArray();
        var interpreterOffset = interpreter is null ? 0 : Append(strings, interpreter);
        var dynamicBytes = (needed.Length + 2) * 16;
        var table = Dynamic + dynamicBytes;
        var file = new byte[table + strings.Length];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), SyntheticElf.X64);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)(interpreter is null ? 2 : 3));
        Segment(0, 1, 0, file.Length);
        Segment(1, 2, Dynamic, dynamicBytes);
        Segment(2, 3, table + interpreterOffset, interpreter?.Length + 1 ?? 0);
        for (var index = 0; index < needed.Length; index++)
        {
            Entry(index, 1, (ulong)names[index]);
        }

        Entry(needed.Length, 5, Base + (ulong)table);
        strings.ToArray().CopyTo(file, table);
        return file;

        void Segment(int index, uint type, int offset, int length)
        {
            var segment = file.AsSpan(64 + (index * 56), 56);
            BinaryPrimitives.WriteUInt32LittleEndian(segment, type);
            BinaryPrimitives.WriteUInt64LittleEndian(segment[8..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Base + (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)length);
        }

        void Entry(int index, ulong tag, ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(Dynamic + (index * 16)), tag);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(Dynamic + (index * 16) + 8), value);
        }
    }

    private static int Append(MemoryStream strings, string text)
    {
        var offset = (int)strings.Length;
        strings.Write(Encoding.UTF8.GetBytes($"{text}\0"));
        return offset;
    }
}
