using System.Buffers.Binary;
using System.Text;

namespace Mayfly.Images.Modules;

/// <summary>Reads the .modinfo section of a kernel module: strings of the form name=value, each ended by a zero byte.</summary>
internal static class ModuleInfoReader
{
    private const int HeaderBytes = 64;
    private const int SectionBytes = 64;

    /// <summary>Reads an uncompressed module.</summary>
    /// <exception cref="InvalidDataException">It is not a 64-bit little-endian ELF file with such a section.</exception>
    public static ModuleInfo Read(ReadOnlySpan<byte> module)
    {
        if (module.Length < HeaderBytes || !module.StartsWith(Kernels.ElfKernel.Magic) || module[4] != 2 || module[5] != 1)
        {
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(module[40..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(module[60..]);
        var names = SectionContent(module, table, BinaryPrimitives.ReadUInt16LittleEndian(module[62..]));
        for (var index = 0; index < count; index++)
        {
            var nameOffset = BinaryPrimitives.ReadUInt32LittleEndian(Section(module, table, index));
            if (nameOffset < (uint)names.Length && names[(int)nameOffset..].StartsWith(".modinfo\0"u8))
            {
                return Parse(SectionContent(module, table, index));
            }
        }

        throw new InvalidDataException("it has no .modinfo section");
    }

    private static ModuleInfo Parse(ReadOnlySpan<byte> strings)
    {
        var depends = new List<string>();
        var aliases = new List<string>();
        foreach (var range in strings.Split((byte)0))
        {
            var text = Encoding.UTF8.GetString(strings[range]);
            if (text.StartsWith("depends=", StringComparison.Ordinal))
            {
                depends.AddRange(text["depends=".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries));
            }
            else if (text.StartsWith("alias=", StringComparison.Ordinal))
            {
                aliases.Add(text["alias=".Length..]);
            }
        }

        return new ModuleInfo(depends, aliases);
    }

    private static ReadOnlySpan<byte> SectionContent(ReadOnlySpan<byte> module, ulong table, int index)
    {
        var header = Section(module, table, index);
        return Slice(module, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> module, ulong table, int index)
        => Slice(module, unchecked(table + ((ulong)index * SectionBytes)), SectionBytes);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> module, ulong offset, ulong length)
        => offset <= (ulong)module.Length && length <= (ulong)module.Length - offset
            ? module.Slice((int)offset, (int)length)
            : throw new InvalidDataException("one of its sections lies outside the file");
}
