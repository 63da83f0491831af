namespace Mayfly.Session.Transfers;

/// <summary>Turns a header block into an entry and refuses every kind but file, directory and link.</summary>
internal static class TarHeaderReader
{
    /// <summary>Type of a pax extended header.</summary>
    public const byte PaxHeader = (byte)'x';

    /// <summary>Checks magic and checksum and returns the entry's type.</summary>
    public static byte ReadType(ReadOnlySpan<byte> block)
    {
        if (!block.Slice(TarFormat.MagicOffset, TarFormat.Magic.Length).SequenceEqual(TarFormat.Magic))
        {
            throw TransferErrors.Malformed("a header that is not in the ustar format");
        }

        var checksum = ReadOctal(block.Slice(TarFormat.ChecksumOffset, TarFormat.ShortNumberBytes), "checksum");
        return checksum == TarFormat.Checksum(block)
            ? block[TarFormat.TypeOffset]
            : throw TransferErrors.Malformed("a header with a wrong checksum");
    }

    /// <summary>The size a header itself gives.</summary>
    public static long ReadSize(ReadOnlySpan<byte> block) =>
        ReadOctal(block.Slice(TarFormat.SizeOffset, TarFormat.LongNumberBytes), "size");

    /// <summary>Joins a header with the pax records before it.</summary>
    /// <exception cref="SandboxTransferException">MAY3013 for kinds that are refused, MAY3010 for nonsense.</exception>
    public static TarEntry ReadEntry(ReadOnlySpan<byte> block, byte type, PaxRecords pax)
    {
        var name = pax.Path ?? ReadName(block);
        var kind = ReadKind(type, name);
        var size = pax.SizeBytes ?? ReadSize(block);
        if (kind != TarEntryKind.File && size != 0)
        {
            throw TransferErrors.Malformed($"a {kind} with a content of {size} bytes");
        }

        return new TarEntry(
            name,
            kind,
            (int)(ReadOctal(block.Slice(TarFormat.ModeOffset, TarFormat.ShortNumberBytes), "mode") & 0x1ff),
            size,
            pax.ModifiedSeconds ?? ReadOctal(block.Slice(TarFormat.ModifiedOffset, TarFormat.LongNumberBytes), "time"),
            pax.ModifiedNanoseconds,
            kind == TarEntryKind.Link ? pax.LinkTarget ?? TarText.ReadField(block.Slice(TarFormat.LinkOffset, TarFormat.NameBytes)) : "");
    }

    private static TarEntryKind ReadKind(byte type, string name) => type switch
    {
        (byte)'0' or 0 => TarEntryKind.File,
        (byte)'5' => TarEntryKind.Directory,
        (byte)'2' => TarEntryKind.Link,
        (byte)'1' => throw TransferErrors.Unsafe(name, "it is a hard link, which could reach a file outside the target"),
        (byte)'3' or (byte)'4' => throw TransferErrors.Unsafe(name, "it is a device node"),
        (byte)'6' => throw TransferErrors.Unsafe(name, "it is a FIFO"),
        _ => throw TransferErrors.Unsafe(name, $"it is of the kind 0x{type:x2}, which is neither file, directory nor symbolic link"),
    };

    private static string ReadName(ReadOnlySpan<byte> block)
    {
        var name = TarText.ReadField(block[..TarFormat.NameBytes]);
        var prefix = TarText.ReadField(block.Slice(TarFormat.PrefixOffset, TarFormat.PrefixBytes));
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static long ReadOctal(ReadOnlySpan<byte> field, string what)
    {
        var digits = field.Trim((byte)' ');
        var end = digits.IndexOfAny((byte)0, (byte)' ');
        digits = end < 0 ? digits : digits[..end];
        var value = 0L;
        foreach (var digit in digits)
        {
            // Twelve digits at most, so no overflow.
            value = digit is >= (byte)'0' and <= (byte)'7'
                ? (value << 3) + (digit - '0')
                : throw TransferErrors.Malformed($"a header whose {what} is no octal number");
        }

        return value;
    }
}
