using System.Buffers.Binary;
using System.Text;
using Mayfly.Images.Kernels;

namespace Mayfly.Images.Libraries;

/// <summary>
/// Reads the interpreter and the dynamic section of a 64-bit little-endian ELF file (System V ABI, chapter 5). Only what is
/// asked for is read, and every size the file claims has a limit, as the file may be anybody's.
/// </summary>
internal static class DynamicInfoReader
{
    /// <summary>Program headers a file may have; linkers make about a dozen.</summary>
    internal const int MaxSegments = 1024;

    /// <summary>Entries its dynamic section may have; linkers make a few dozen.</summary>
    internal const int MaxDynamicEntries = 16 * 1024;

    /// <summary>Libraries it may need.</summary>
    internal const int MaxNeeded = 1024;

    /// <summary>The length of a path or name.</summary>
    internal const int MaxNameBytes = 4096;

    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const int DynamicEntryBytes = 16;

    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const uint InterpreterSegment = 3;

    private const long EndTag = 0;
    private const long NeededTag = 1;
    private const long StringTableTag = 5;
    private const long OldPathTag = 15;
    private const long PathTag = 29;

    /// <summary>Reads a file of that architecture.</summary>
    /// <exception cref="InvalidDataException">It is none, or it makes no sense.</exception>
    public static DynamicInfo Read(string path, GuestArchitecture architecture)
    {
        using var file = File.OpenRead(path);
        return Read(file, architecture);
    }

    /// <summary>Reads a file of that architecture from a stream that can seek.</summary>
    /// <exception cref="InvalidDataException">It is none, or it makes no sense.</exception>
    public static DynamicInfo Read(Stream file, GuestArchitecture architecture)
    {
        var segments = ReadSegments(file, architecture);
        string? interpreter = null;
        DynamicInfo dynamic = new(null, []);
        foreach (var segment in segments)
        {
            if (segment.Type == InterpreterSegment)
            {
                interpreter = ReadName(file, segment.Offset);
            }
            else if (segment.Type == DynamicSegment)
            {
                dynamic = ReadDynamic(file, segment, segments);
            }
        }

        return dynamic with { Interpreter = interpreter };
    }

    private static Segment[] ReadSegments(Stream file, GuestArchitecture architecture)
    {
        var header = ReadAt(file, 0, (int)Math.Min(file.Length, HeaderBytes));
        if (header.Length < HeaderBytes || !header.AsSpan().StartsWith(ElfKernel.Magic) || header[4] != 2 || header[5] != 1)
        {
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
        }

        var machine = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));
        if (machine != architecture.ElfMachine)
        {
            throw new InvalidDataException($"it is for another machine (ELF machine {machine}, not {architecture.ElfMachine})");
        }

        var size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        if (count > 0 && (size != SegmentBytes || count > MaxSegments))
        {
            throw new InvalidDataException($"it has {count} program headers of {size} bytes");
        }

        var table = ReadAt(file, BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(32)), count * SegmentBytes);
        var segments = new Segment[count];
        for (var index = 0; index < count; index++)
        {
            var entry = table.AsSpan(index * SegmentBytes, SegmentBytes);
            segments[index] = new Segment(
                BinaryPrimitives.ReadUInt32LittleEndian(entry),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]));
        }

        return segments;
    }

    private static DynamicInfo ReadDynamic(Stream file, Segment dynamic, Segment[] segments)
    {
        if (dynamic.FileBytes > MaxDynamicEntries * DynamicEntryBytes)
        {
            throw new InvalidDataException($"its dynamic section has {dynamic.FileBytes} bytes");
        }

        var names = new List<ulong>();
        ulong? strings = null;
        ulong? path = null;
        ulong? oldPath = null;
        var section = ReadAt(file, dynamic.Offset, (int)dynamic.FileBytes);
        for (var rest = section.AsSpan(); rest.Length >= DynamicEntryBytes; rest = rest[DynamicEntryBytes..])
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
            switch (BinaryPrimitives.ReadInt64LittleEndian(rest))
            {
                case EndTag:
                    // The last one: the loop's step leaves nothing.
                    rest = rest[..DynamicEntryBytes];
                    break;
                case NeededTag when names.Count < MaxNeeded:
                    names.Add(value);
                    break;
                case NeededTag:
                    throw new InvalidDataException($"it needs more than {MaxNeeded} libraries");
                case StringTableTag:
                    strings = value;
                    break;
                case PathTag:
                    path = value;
                    break;
                case OldPathTag:
                    oldPath = value;
                    break;
            }
        }

        if (names.Count == 0)
        {
            return new DynamicInfo(null, []);
        }

        var table = OffsetOf(strings ?? throw new InvalidDataException("its dynamic section has no string table"), segments);
        return new DynamicInfo(null, [.. names.Select(name => ReadName(file, unchecked(table + name)))])
        {
            SearchPaths = (path ?? oldPath) is { } paths ? ReadName(file, unchecked(table + paths)).Split(':', StringSplitOptions.RemoveEmptyEntries) : [],
        };
    }

    // The dynamic section speaks of addresses; the loaded segments tell where those are in the file.
    private static ulong OffsetOf(ulong address, Segment[] segments)
    {
        foreach (var segment in segments)
        {
            if (segment.Type == LoadSegment && address >= segment.Address && address - segment.Address < segment.FileBytes)
            {
                return unchecked(segment.Offset + (address - segment.Address));
            }
        }

        throw new InvalidDataException("its string table lies in none of its segments");
    }

    private static string ReadName(Stream file, ulong offset)
    {
        var left = offset < (ulong)file.Length ? (ulong)file.Length - offset : 0;
        var bytes = ReadAt(file, offset, (int)Math.Min(left, MaxNameBytes));
        var length = bytes.AsSpan().IndexOf((byte)0);
        return length > 0 ? Encoding.UTF8.GetString(bytes, 0, length) : throw new InvalidDataException("one of its names is empty or has no end");
    }

    private static byte[] ReadAt(Stream file, ulong offset, int count)
    {
        if (offset > (ulong)file.Length || (ulong)count > (ulong)file.Length - offset)
        {
            throw new InvalidDataException("one of its parts lies outside the file");
        }

        var bytes = new byte[count];
        file.Position = (long)offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private readonly record struct Segment(uint Type, ulong Offset, ulong Address, ulong FileBytes);
}
