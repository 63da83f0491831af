using System.Globalization;
using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>Reads tar entries (ustar with pax extended headers) off a channel. An entry's content is its reader's to take.</summary>
internal sealed class TarReader(ChannelInput input)
{
    private const int MaxExtendedBytes = 1024 * 1024;

    // Far beyond any file, far from overflow.
    private const long MaxNumber = 1L << 60;

    private readonly byte[] _block = new byte[TarFormat.BlockBytes];

    /// <returns>The next entry; null at the end of the archive.</returns>
    /// <exception cref="TransferException">This is not a tar stream.</exception>
    public TarEntry? Next()
    {
        Dictionary<string, string>? extended = null;
        while (input.TryFill(_block))
        {
            if (!_block.AsSpan().ContainsAnyExcept((byte)0))
            {
                return null;
            }

            if (ReadNumber(TarFormat.Checksum, TarFormat.ChecksumLength) != TarFormat.Sum(_block))
            {
                throw Malformed("a header's checksum is wrong");
            }

            var size = ReadNumber(TarFormat.Size, TarFormat.SizeLength);
            switch (_block[TarFormat.Type])
            {
                case TarFormat.ExtendedHeader:
                    extended = ReadExtended(size);
                    break;
                case TarFormat.GlobalHeader:
                    input.Skip(size + TarFormat.Padding(size));
                    break;
                default:
                    return CreateEntry(size, extended ?? []);
            }
        }

        return extended is null ? null : throw ChannelInput.Truncated();
    }

    private static TransferException Malformed(string what) => new(FailureCode.BadRequest, $"the tar stream is malformed: {what}");

    private TarEntry CreateEntry(long size, Dictionary<string, string> extended)
    {
        var prefix = ReadText(TarFormat.Prefix, TarFormat.PrefixLength);
        var name = ReadText(0, TarFormat.NameLength);
        var (seconds, nanoseconds) = extended.TryGetValue("mtime", out var time)
            ? ParseTime(time)
            : (ReadNumber(TarFormat.Modified, TarFormat.ModifiedLength), 0);
        if (extended.TryGetValue("size", out var sizeText)
            && (!long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size > MaxNumber))
        {
            throw Malformed($"'{sizeText}' is not a size");
        }

        var type = _block[TarFormat.Type];
        return new TarEntry
        {
            // Very old archives mark a file with a NUL.
            Type = type == 0 ? TarEntry.File : type,
            Name = extended.GetValueOrDefault("path") ?? (prefix.Length > 0 ? $"{prefix}/{name}" : name),
            Target = extended.GetValueOrDefault("linkpath") ?? ReadText(TarFormat.Target, TarFormat.TargetLength),
            Mode = (uint)ReadNumber(TarFormat.Mode, TarFormat.ModeLength) & 0xFFF,
            Size = size,
            ModifiedSeconds = seconds,
            ModifiedNanoseconds = nanoseconds,
        };
    }

    private Dictionary<string, string> ReadExtended(long size)
    {
        if (size > MaxExtendedBytes)
        {
            throw Malformed($"an extended header of {size} bytes exceeds the limit of {MaxExtendedBytes}");
        }

        var bytes = new byte[size];
        if (size > 0 && !input.TryFill(bytes))
        {
            throw ChannelInput.Truncated();
        }

        input.Skip(TarFormat.Padding(size));
        var records = new Dictionary<string, string>();
        var rest = bytes.AsSpan();
        while (!rest.IsEmpty)
        {
            var space = rest.IndexOf((byte)' ');
            if (space <= 0
                || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1
                || length > rest.Length
                || rest[length - 1] != '\n')
            {
                throw Malformed("an extended header's record has a wrong length");
            }

            var record = rest[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw Malformed("an extended header's record has no key");
            }

            records[Encoding.UTF8.GetString(record[..equals])] = Encoding.UTF8.GetString(record[(equals + 1)..]);
            rest = rest[length..];
        }

        return records;
    }

    private static (long Seconds, uint Nanoseconds) ParseTime(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var time)
            || Math.Abs(time) > TarFormat.MaxOctalSize * 8m)
        {
            throw Malformed($"'{text}' is not a time");
        }

        var seconds = Math.Floor(time);
        return ((long)seconds, (uint)((time - seconds) * 1_000_000_000m));
    }

    private string ReadText(int offset, int length)
    {
        var field = _block.AsSpan(offset, length);
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private long ReadNumber(int offset, int length)
    {
        var field = _block.AsSpan(offset, length);
        var value = 0L;

        // Base 256, for what octal digits can't hold: the first bit set, then a big-endian number.
        if ((field[0] & 0x80) != 0)
        {
            foreach (var digit in field[^sizeof(long)..])
            {
                value = (value << 8) | digit;
            }

            return value is >= 0 and <= MaxNumber ? value : throw Malformed("a number is out of range");
        }

        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                throw Malformed("a number is not octal");
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }
}
