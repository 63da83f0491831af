namespace Mayfly.Layers;

/// <summary>
/// The bytes of a tar archive, no more at a time than its entries have a right to: the reader takes a header as long as it
/// claims to be into memory, and compressed, two gigabytes of it are small.
/// </summary>
/// <param name="inner">The archive, which is closed with this.</param>
internal sealed class TarInput(Stream inner) : Stream
{
    /// <summary>What the headers of one entry may have, its long names and other extensions included.</summary>
    public const int MostHeaderBytes = 1024 * 1024;

    private const int RecordBytes = 512;

    private long _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Before the next entry: what is left of the last one's content may be passed over, and headers read.</summary>
    public void AllowHeaders() => _left += MostHeaderBytes;

    /// <summary>After an entry's headers: its content may be read, and what fills its last record.</summary>
    public void AllowContent(long bytes) => _left = bytes > long.MaxValue - MostHeaderBytes - RecordBytes ? throw new OverflowException("an entry of an impossible length") : bytes + RecordBytes;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer[..Bound(buffer.Length)]));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer[..Bound(buffer.Length)], cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Bound(int bytes) => bytes == 0 || _left > 0
        ? (int)Math.Min(bytes, _left)
        : throw new InvalidDataException($"an entry has more than {MostHeaderBytes} bytes of headers");

    private int Count(int bytes)
    {
        _left -= bytes;
        return bytes;
    }
}
