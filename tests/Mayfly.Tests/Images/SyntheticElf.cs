using System.Buffers.Binary;
using System.Text;

namespace Mayfly.Tests.Images;

/// <summary>Just enough ELF to be taken for a kernel or a kernel module.</summary>
internal static class SyntheticElf
{
    public const ushort X64 = 62;

    public static byte[] Kernel(ushort machine = X64, ulong address = 0xffff_ffff_8100_0000, int bytes = 8192)
    {
        var file = Header(bytes, machine);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(64), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(64 + 16), address);
        return file;
    }

    public static byte[] Module(params string[] modinfo)
    {
        var names = "\0.shstrtab\0.modinfo\0"u8;
        var content = Encoding.UTF8.GetBytes(string.Concat(modinfo.Select(text => $"{text}\0")));
        var table = 64 + names.Length + content.Length;
        var file = Header(table + (3 * 64), X64);
        names.CopyTo(file.AsSpan(64));
        content.CopyTo(file.AsSpan(64 + names.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)table);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(62), 1);
        Section(1, 1, 64, names.Length);
        Section(2, 11, 64 + names.Length, content.Length);
        return file;

        void Section(int index, uint name, int offset, int length)
        {
            var section = file.AsSpan(table + (index * 64), 64);
            BinaryPrimitives.WriteUInt32LittleEndian(section, name);
            BinaryPrimitives.WriteUInt64LittleEndian(section[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(section[32..], (ulong)length);
        }
    }

    private static byte[] Header(int bytes, ushort machine)
    {
        var file = new byte[bytes];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), machine);
        return file;
    }
}
