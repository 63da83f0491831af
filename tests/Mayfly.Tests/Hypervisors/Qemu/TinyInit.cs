using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>An initramfs whose /init is a handful of x64 instructions, so that a machine's end needs nothing but a kernel.</summary>
internal static class TinyInit
{
    private const ulong LoadAddress = 0x400000;
    private const int HeaderBytes = 64 + 56;

    /// <summary>Restarts the machine at once: reboot(LINUX_REBOOT_CMD_RESTART).</summary>
    public static byte[] Restarting() => Cpio(Elf(
    [
        0xbf, 0xad, 0xde, 0xe1, 0xfe, // mov edi, 0xfee1dead
        0xbe, 0x69, 0x19, 0x12, 0x28, // mov esi, 0x28121969
        0xba, 0x67, 0x45, 0x23, 0x01, // mov edx, 0x01234567
        0xb8, 0xa9, 0x00, 0x00, 0x00, // mov eax, 169 (reboot)
        0x0f, 0x05, // syscall
    ]));

    /// <summary>Sleeps for ever: pause() in a loop.</summary>
    public static byte[] Sleeping() => Cpio(Elf(
    [
        0xb8, 0x22, 0x00, 0x00, 0x00, // mov eax, 34 (pause)
        0x0f, 0x05, // syscall
        0xeb, 0xf7, // jmp to the start
    ]));

    /// <summary>Exits, which makes the kernel panic.</summary>
    public static byte[] Exiting() => Cpio(Elf(
    [
        0xbf, 0x07, 0x00, 0x00, 0x00, // mov edi, 7
        0xb8, 0xe7, 0x00, 0x00, 0x00, // mov eax, 231 (exit_group)
        0x0f, 0x05, // syscall
    ]));

    /// <summary>An archive that holds one file, padded by nothing at its end.</summary>
    public static byte[] Cpio(byte[] content, string name = "init")
    {
        var archive = new MemoryStream();
        Append(archive, name, 0x81ed, content);
        Append(archive, "TRAILER!!!", 0, []);
        return archive.ToArray();
    }

    private static void Append(MemoryStream archive, string name, int mode, byte[] content)
    {
        var header = string.Create(
            CultureInfo.InvariantCulture,
            $"070701{1:x8}{mode:x8}{0:x8}{0:x8}{1:x8}{0:x8}{content.Length:x8}{0:x8}{0:x8}{0:x8}{0:x8}{name.Length + 1:x8}{0:x8}{name}\0");
        archive.Write(Encoding.ASCII.GetBytes(header));
        archive.Write(new byte[-archive.Length & 3]);
        archive.Write(content);
        archive.Write(new byte[-archive.Length & 3]);
    }

    /// <summary>A static program that is nothing but this code.</summary>
    public static byte[] Elf(byte[] code)
    {
        var file = new byte[HeaderBytes + code.Length];
        var span = file.AsSpan();
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(span[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(span[18..], 62);
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], LoadAddress + HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(span[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(span[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(span[56..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(span[64..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(span[68..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(span[80..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(span[88..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(span[96..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[104..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[112..], 0x1000);
        code.CopyTo(file, HeaderBytes);
        return file;
    }
}
