using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;

namespace Mayfly.Tests.Images;

/// <summary>A boot header with a payload, and rubbish behind it as real kernels have it.</summary>
internal static class SyntheticBzImage
{
    public static byte[] Gzip(byte[] vmlinux)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(vmlinux);
        }

        return Wrap(packed.ToArray());
    }

    /// <summary>Packs with a program of the system, behind whose output the kernel's build puts the size.</summary>
    public static byte[]? Tool(byte[] vmlinux, string program, params string[] arguments)
    {
        if (!File.Exists(program))
        {
            return null;
        }

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var packed = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(packed);
        process.StandardInput.BaseStream.Write(vmlinux);
        process.StandardInput.Close();
        reading.GetAwaiter().GetResult();
        process.WaitForExit();
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, vmlinux.Length);
        packed.Write(size);
        return Wrap(packed.ToArray());
    }

    public static byte[] Wrap(byte[] payload, int sectors = 3, int offset = 100)
    {
        var start = ((sectors + 1) * 512) + offset;
        var file = new byte[start + payload.Length + 1000];
        file.AsSpan(start + payload.Length).Fill(0xcc);
        file[0x1f1] = (byte)sectors;
        "HdrS"u8.CopyTo(file.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x206), 0x20f);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(0x248), offset);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(0x24c), payload.Length);
        payload.CopyTo(file, start);
        return file;
    }
}
