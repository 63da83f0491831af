using System.Globalization;
using System.Text;

namespace Mayfly.Session.Transfers;

/// <summary>What a pax extended header says about the entry that follows it. Keys that don't matter here are passed over.</summary>
internal sealed record PaxRecords
{
    /// <summary>Longest extended header that is read; path and link target together have at most a quarter of it.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxLengthDigits = 6;
    private const int NanosecondDigits = 9;

    public static PaxRecords None { get; } = new();

    public string? Path { get; private init; }

    public string? LinkTarget { get; private init; }

    public long? SizeBytes { get; private init; }

    public long? ModifiedSeconds { get; private init; }

    public int ModifiedNanoseconds { get; private init; }

    /// <summary>Reads the records of one extended header.</summary>
    /// <exception cref="SandboxTransferException">They are malformed, contradict each other or describe a sparse file.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> bytes)
    {
        var records = None;
        while (!bytes.IsEmpty)
        {
            var space = bytes.IndexOf((byte)' ');
            if (space is <= 0 or > MaxLengthDigits
                || !int.TryParse(bytes[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > bytes.Length
                || length < space + 3
                || bytes[length - 1] != '\n')
            {
                throw TransferErrors.Malformed("a pax record with a wrong length");
            }

            records = records.With(bytes[(space + 1)..(length - 1)]);
            bytes = bytes[length..];
        }

        return records;
    }

    private PaxRecords With(ReadOnlySpan<byte> record)
    {
        var equals = record.IndexOf((byte)'=');
        if (equals <= 0)
        {
            throw TransferErrors.Malformed("a pax record without a key");
        }

        var value = record[(equals + 1)..];
        return record[..equals] switch
        {
            var key when key.SequenceEqual("path"u8) => this with { Path = Once(Path, TarText.Read(value)) },
            var key when key.SequenceEqual("linkpath"u8) => this with { LinkTarget = Once(LinkTarget, TarText.Read(value)) },
            var key when key.SequenceEqual("size"u8) => this with { SizeBytes = ReadSize(value) },
            var key when key.SequenceEqual("mtime"u8) => WithModified(value),
            var key when key.StartsWith("GNU.sparse"u8) => throw TransferErrors.Malformed("a sparse file"),
            _ => this,
        };
    }

    private static string Once(string? earlier, string value) =>
        earlier is null ? value : throw TransferErrors.Malformed("a pax header that names an entry twice");

    private long ReadSize(ReadOnlySpan<byte> value) =>
        SizeBytes is null && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw TransferErrors.Malformed("a pax header with an impossible size");

    /// <summary>A time that can't be read is no reason to refuse a file; it then counts as 1970.</summary>
    private PaxRecords WithModified(ReadOnlySpan<byte> value)
    {
        var text = Encoding.Latin1.GetString(value);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var seconds = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        fraction = fraction.Length > NanosecondDigits ? fraction[..NanosecondDigits] : fraction.PadRight(NanosecondDigits, '0');
        return this with
        {
            ModifiedSeconds = long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : 0,
            ModifiedNanoseconds = int.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? nanoseconds : 0,
        };
    }
}
