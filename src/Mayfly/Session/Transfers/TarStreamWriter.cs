using System.Globalization;
using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Session.Transfers;

/// <summary>
/// Writes a pax tar stream in constant memory. Headers and content share one buffer the size of a data frame, so small
/// files do not become small frames. Every entry has a pax header: build tools compare fractions of seconds.
/// </summary>
internal sealed class TarStreamWriter(Stream destination)
{
    private readonly byte[] _buffer = new byte[ProtocolLimits.MaxDataBytes];
    private int _used;

    /// <summary>Writes an entry's headers. Its content must follow in full, then <see cref="PadAsync"/>.</summary>
    public async ValueTask WriteHeaderAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var records = PaxRecords(entry);
        var extended = new TarEntry("PaxHeader", TarEntryKind.File, Convert.ToInt32("644", 8), records.Length, 0, 0, "");
        await WriteAsync(Header(extended, 'x'), cancellationToken).ConfigureAwait(false);
        await WriteAsync(records, cancellationToken).ConfigureAwait(false);
        await PadAsync(records.Length, cancellationToken).ConfigureAwait(false);
        var type = entry.Kind switch
        {
            TarEntryKind.Directory => '5',
            TarEntryKind.Link => '2',
            _ => '0',
        };
        await WriteAsync(Header(entry, type), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Room to put content into; announce what was put there with <see cref="Advance"/>.</summary>
    public async ValueTask<Memory<byte>> GetMemoryAsync(CancellationToken cancellationToken)
    {
        if (_used == _buffer.Length)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return _buffer.AsMemory(_used);
    }

    public void Advance(int count) => _used += count;

    /// <summary>Fills the last block of a content of this size.</summary>
    public ValueTask PadAsync(long size, CancellationToken cancellationToken) =>
        WriteAsync(new byte[TarFormat.Padding(size)], cancellationToken);

    /// <summary>Writes the end of the archive and everything still in the buffer.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(new byte[2 * TarFormat.BlockBytes], cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await destination.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
        _used = 0;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var room = await GetMemoryAsync(cancellationToken).ConfigureAwait(false);
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    private static byte[] Header(TarEntry entry, char type)
    {
        var block = new byte[TarFormat.BlockBytes];
        PutText(block.AsSpan(0, TarFormat.NameBytes), entry.Name);
        PutOctal(block.AsSpan(TarFormat.ModeOffset, TarFormat.ShortNumberBytes), entry.Mode);
        PutOctal(block.AsSpan(TarFormat.UserOffset, TarFormat.ShortNumberBytes), 0);
        PutOctal(block.AsSpan(TarFormat.GroupOffset, TarFormat.ShortNumberBytes), 0);
        PutOctal(block.AsSpan(TarFormat.SizeOffset, TarFormat.LongNumberBytes), Math.Min(entry.SizeBytes, TarFormat.MaxOctal));
        PutOctal(block.AsSpan(TarFormat.ModifiedOffset, TarFormat.LongNumberBytes), Math.Clamp(entry.ModifiedSeconds, 0, TarFormat.MaxOctal));
        block[TarFormat.TypeOffset] = (byte)type;
        PutText(block.AsSpan(TarFormat.LinkOffset, TarFormat.NameBytes), entry.LinkTarget);
        TarFormat.Magic.CopyTo(block.AsSpan(TarFormat.MagicOffset));
        PutOctal(block.AsSpan(TarFormat.ChecksumOffset, TarFormat.ShortNumberBytes - 1), TarFormat.Checksum(block));
        block[TarFormat.ChecksumOffset + TarFormat.ShortNumberBytes - 1] = (byte)' ';
        return block;
    }

    private static byte[] PaxRecords(TarEntry entry)
    {
        var records = new StringBuilder();
        AppendRecord(records, "mtime", string.Create(CultureInfo.InvariantCulture, $"{entry.ModifiedSeconds}.{entry.ModifiedNanoseconds:d9}"));
        if (!FitsHeader(entry.Name))
        {
            AppendRecord(records, "path", entry.Name);
        }

        if (!FitsHeader(entry.LinkTarget))
        {
            AppendRecord(records, "linkpath", entry.LinkTarget);
        }

        if (entry.SizeBytes > TarFormat.MaxOctal)
        {
            AppendRecord(records, "size", entry.SizeBytes.ToString(CultureInfo.InvariantCulture));
        }

        return Encoding.UTF8.GetBytes(records.ToString());
    }

    private static bool FitsHeader(string text) => text.Length <= TarFormat.NameBytes && Ascii.IsValid(text);

    private static void AppendRecord(StringBuilder records, string key, string value)
    {
        // The length counts its own digits.
        var rest = 3 + key.Length + Encoding.UTF8.GetByteCount(value);
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }

        records.Append(CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    /// <summary>Puts as much of the text as fits; where it is not all, a pax record has it whole.</summary>
    private static void PutText(Span<byte> field, string text)
    {
        if (!Encoding.UTF8.TryGetBytes(text, field, out _))
        {
            Encoding.UTF8.GetBytes(text).AsSpan(0, field.Length).CopyTo(field);
        }
    }

    private static void PutOctal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }
}
