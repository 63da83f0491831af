using System.Globalization;
using System.Text;

namespace Mayfly.Agent.Transfer;

/// <summary>Writes tar entries, with an extended header wherever the plain one is too small for the truth.</summary>
internal sealed class TarWriter(ChannelOutput output)
{
    private readonly byte[] _block = new byte[TarFormat.BlockBytes];

    public void WriteHeader(TarEntry entry)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        var target = Encoding.UTF8.GetBytes(entry.Target);
        var records = new List<byte>();
        if (name.Length > TarFormat.NameLength || !Ascii.IsValid(name))
        {
            AddRecord(records, "path", name);
        }

        if (target.Length > TarFormat.TargetLength || !Ascii.IsValid(target))
        {
            AddRecord(records, "linkpath", target);
        }

        if (entry.Size > TarFormat.MaxOctalSize)
        {
            AddRecord(records, "size", Text($"{entry.Size}"));
        }

        if (entry.ModifiedNanoseconds != 0 || entry.ModifiedSeconds is < 0 or > TarFormat.MaxOctalSize)
        {
            // Before 1970 the fraction still counts forward from the second.
            AddRecord(records, "mtime", Text(PaxTime(entry.ModifiedSeconds, entry.ModifiedNanoseconds)));
        }

        if (records.Count > 0)
        {
            WriteBlock(TarFormat.ExtendedHeader, "PaxHeaders"u8, [], 0b110_100_100, records.Count, 0);
            output.Write(records.ToArray());
            output.WriteZeros(TarFormat.Padding(records.Count));
        }

        WriteBlock(entry.Type, name, target, entry.Mode, entry.Size, entry.ModifiedSeconds);
    }

    public void WriteEnd()
    {
        output.WriteZeros(2 * TarFormat.BlockBytes);
        output.Flush();
    }

    private static string PaxTime(long seconds, uint nanoseconds)
    {
        var total = seconds + (nanoseconds / 1_000_000_000m);
        return total.ToString("0.#########", CultureInfo.InvariantCulture);
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    // "LENGTH KEY=VALUE\n", where the length counts its own digits.
    private static void AddRecord(List<byte> records, string key, byte[] value)
    {
        var rest = 1 + key.Length + 1 + value.Length + 1;
        var length = rest + 1;
        while (rest + Digits(length) != length)
        {
            length = rest + Digits(length);
        }

        records.AddRange(Text($"{length} {key}="));
        records.AddRange(value);
        records.Add((byte)'\n');
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static void WriteOctal(Span<byte> field, long value)
    {
        for (var index = field.Length - 2; index >= 0; index--)
        {
            field[index] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    private void WriteBlock(byte type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, uint mode, long size, long modified)
    {
        var block = _block.AsSpan();
        block.Clear();
        name[..Math.Min(name.Length, TarFormat.NameLength)].CopyTo(block);
        WriteOctal(block.Slice(TarFormat.Mode, TarFormat.ModeLength), mode);
        WriteOctal(block.Slice(TarFormat.UserId, TarFormat.ModeLength), 0);
        WriteOctal(block.Slice(TarFormat.GroupId, TarFormat.ModeLength), 0);
        WriteOctal(block.Slice(TarFormat.Size, TarFormat.SizeLength), Math.Min(size, TarFormat.MaxOctalSize));
        WriteOctal(block.Slice(TarFormat.Modified, TarFormat.ModifiedLength), Math.Clamp(modified, 0, TarFormat.MaxOctalSize));
        block[TarFormat.Type] = type;
        target[..Math.Min(target.Length, TarFormat.TargetLength)].CopyTo(block[TarFormat.Target..]);
        "ustar\000"u8.CopyTo(block[TarFormat.Magic..]);
        WriteOctal(block.Slice(TarFormat.Checksum, TarFormat.ChecksumLength - 1), TarFormat.Sum(block));
        block[TarFormat.Checksum + TarFormat.ChecksumLength - 1] = (byte)' ';
        output.Write(block);
    }
}
