namespace Mayfly.Session.Transfers;

/// <summary>
/// Reads a pax tar stream from a guest in constant memory: strict where the framework's reader is lenient, and with
/// a bound on everything a header can ask for. Unknown kinds of entry are refused, not skipped.
/// </summary>
internal sealed class TarStreamReader(Stream source)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Zeros after the end that are read and thrown away, as tar programs fill up their last record.</summary>
    private const int MaxTrailingBytes = 1024 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private long _contentLeft;
    private int _paddingLeft;

    /// <summary>The next entry, null at the end of the archive. What was not read of the last one is passed over.</summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        await SkipContentAsync(cancellationToken).ConfigureAwait(false);
        var pax = PaxRecords.None;
        while (true)
        {
            var block = await TakeAsync(TarFormat.BlockBytes, cancellationToken).ConfigureAwait(false);
            if (!block.Span.ContainsAnyExcept((byte)0))
            {
                await FinishAsync(cancellationToken).ConfigureAwait(false);
                return pax == PaxRecords.None ? null : throw TransferErrors.Malformed("a pax header without an entry");
            }

            var type = TarHeaderReader.ReadType(block.Span);
            if (type != TarHeaderReader.PaxHeader)
            {
                var entry = TarHeaderReader.ReadEntry(block.Span, type, pax);
                _contentLeft = entry.SizeBytes;
                _paddingLeft = TarFormat.Padding(entry.SizeBytes);
                return entry;
            }

            if (pax != PaxRecords.None)
            {
                throw TransferErrors.Malformed("two pax headers for one entry");
            }

            pax = await ReadPaxAsync(TarHeaderReader.ReadSize(block.Span), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next piece of the entry's content, valid until the next call; empty at its end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadContentAsync(CancellationToken cancellationToken)
    {
        if (_contentLeft == 0)
        {
            return default;
        }

        if (_start == _end)
        {
            await FillAsync(1, cancellationToken).ConfigureAwait(false);
        }

        var count = (int)Math.Min(_contentLeft, _end - _start);
        var piece = _buffer.AsMemory(_start, count);
        _start += count;
        _contentLeft -= count;
        return piece;
    }

    private async ValueTask SkipContentAsync(CancellationToken cancellationToken)
    {
        while (_contentLeft > 0)
        {
            await ReadContentAsync(cancellationToken).ConfigureAwait(false);
        }

        await TakeAsync(_paddingLeft, cancellationToken).ConfigureAwait(false);
        _paddingLeft = 0;
    }

    private async ValueTask<PaxRecords> ReadPaxAsync(long size, CancellationToken cancellationToken)
    {
        if (size is 0 or > PaxRecords.MaxBytes)
        {
            throw TransferErrors.Malformed($"a pax header of {size} bytes");
        }

        var padded = (int)size + TarFormat.Padding(size);
        var bytes = await TakeAsync(padded, cancellationToken).ConfigureAwait(false);
        return PaxRecords.Parse(bytes.Span[..(int)size]);
    }

    private async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        var second = await TakeAsync(TarFormat.BlockBytes, cancellationToken).ConfigureAwait(false);
        if (second.Span.ContainsAnyExcept((byte)0))
        {
            throw TransferErrors.Malformed("a zero block in the middle");
        }

        var trailing = _end - _start;
        while (true)
        {
            var read = await source.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
            trailing += read;
            if (read == 0)
            {
                return;
            }

            if (trailing > MaxTrailingBytes)
            {
                throw TransferErrors.Malformed("more data after its end");
            }
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start < count)
        {
            await FillAsync(count, cancellationToken).ConfigureAwait(false);
        }

        var bytes = _buffer.AsMemory(_start, count);
        _start += count;
        return bytes;
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await source
            .ReadAtLeastAsync(_buffer.AsMemory(_end), count - _end, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        _end += read;
        if (_end < count)
        {
            throw new TarEndedEarlyException();
        }
    }
}
