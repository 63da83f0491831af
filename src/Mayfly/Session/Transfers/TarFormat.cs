namespace Mayfly.Session.Transfers;

/// <summary>
/// Numbers of the ustar format and its pax extension (POSIX.1-2001, pax): 512-byte blocks, a header block per entry,
/// before it possibly an extended header of <c>length key=value\n</c> records, two zero blocks at the end.
/// </summary>
internal static class TarFormat
{
    public const int BlockBytes = 512;
    public const int NameBytes = 100;
    public const int ModeOffset = 100;
    public const int UserOffset = 108;
    public const int GroupOffset = 116;
    public const int ShortNumberBytes = 8;
    public const int SizeOffset = 124;
    public const int ModifiedOffset = 136;
    public const int LongNumberBytes = 12;
    public const int ChecksumOffset = 148;
    public const int TypeOffset = 156;
    public const int LinkOffset = 157;
    public const int MagicOffset = 257;
    public const int PrefixOffset = 345;
    public const int PrefixBytes = 155;

    /// <summary>The largest number in eleven octal digits; larger sizes need a pax record.</summary>
    public const long MaxOctal = 0x1_ffff_ffff;

    public static ReadOnlySpan<byte> Magic => "ustar\000"u8;

    /// <summary>The bytes that fill the last block of a content.</summary>
    public static int Padding(long size) => (int)(-size & (BlockBytes - 1));

    /// <summary>The sum of a header's bytes, its own checksum field counted as spaces.</summary>
    public static int Checksum(ReadOnlySpan<byte> header)
    {
        var sum = ShortNumberBytes * ' ';
        for (var i = 0; i < BlockBytes; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + ShortNumberBytes ? 0 : header[i];
        }

        return sum;
    }
}
