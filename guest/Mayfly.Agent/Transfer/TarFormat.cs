namespace Mayfly.Agent.Transfer;

/// <summary>Where a ustar header keeps its fields (POSIX.1-2001, pax), offsets and lengths in bytes.</summary>
internal static class TarFormat
{
    public const int BlockBytes = 512;
    public const int NameLength = 100;
    public const int Mode = 100;
    public const int ModeLength = 8;
    public const int UserId = 108;
    public const int GroupId = 116;
    public const int Size = 124;
    public const int SizeLength = 12;
    public const int Modified = 136;
    public const int ModifiedLength = 12;
    public const int Checksum = 148;
    public const int ChecksumLength = 8;
    public const int Type = 156;
    public const int Target = 157;
    public const int TargetLength = 100;
    public const int Magic = 257;
    public const int Prefix = 345;
    public const int PrefixLength = 155;

    public const byte ExtendedHeader = (byte)'x';
    public const byte GlobalHeader = (byte)'g';

    /// <summary>The largest size eleven octal digits hold.</summary>
    public const long MaxOctalSize = 0x1_FFFF_FFFF;

    /// <summary>How many bytes pad content to a whole block.</summary>
    public static int Padding(long size) => (int)((BlockBytes - (size % BlockBytes)) % BlockBytes);

    /// <summary>The sum of a header's bytes, its own field counted as spaces.</summary>
    public static int Sum(ReadOnlySpan<byte> header)
    {
        var sum = ChecksumLength * ' ';
        for (var index = 0; index < BlockBytes; index++)
        {
            sum += index is >= Checksum and < Checksum + ChecksumLength ? 0 : header[index];
        }

        return sum;
    }
}
