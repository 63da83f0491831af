using System.Text;
using Mayfly.Session;

namespace Mayfly.Ssh;

/// <summary>
/// The standard streams of the far end's command as one stream. It begins with lines, of which not a byte too many is taken.
/// Where the connection is lost, the client's words are the error.
/// </summary>
internal sealed class SshStream(SshChannel channel) : Stream
{
    private const int BufferBytes = 4096;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The next line, without its end.</summary>
    /// <param name="maxBytes">What it may have.</param>
    /// <exception cref="EndOfStreamException">The stream ends first.</exception>
    /// <exception cref="InvalidDataException">The line is longer.</exception>
    public async Task<string> ReadLineAsync(int maxBytes)
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await channel.Output.ReadAsync(_buffer).ConfigureAwait(false);
                if (_end == 0)
                {
                    throw new EndOfStreamException();
                }
            }

            var waiting = _buffer.AsSpan(_start.._end);
            var length = waiting.IndexOf((byte)'\n');
            line.AddRange(length < 0 ? waiting : waiting[..length]);
            _start += length < 0 ? waiting.Length : length + 1;
            if (line.Count > maxBytes)
            {
                throw new InvalidDataException($"a line of more than {maxBytes} bytes");
            }

            if (length >= 0)
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start < _end)
        {
            var count = Math.Min(_end - _start, buffer.Length);
            _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
            _start += count;
            return count;
        }

        var read = await channel.Output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return read == 0 && buffer.Length > 0 && await FindLossAsync(null).ConfigureAwait(false) is { } loss ? throw loss : read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await channel.Input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await channel.Input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // The reader sees the end as well; whichever comes first has the same to say.
            if (await FindLossAsync(exception).ConfigureAwait(false) is { } loss)
            {
                throw loss;
            }

            throw;
        }
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await WriteAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>The stream has ended: what the client says where the connection was lost, and null where the end is the far end's.</summary>
    private async Task<IOException?> FindLossAsync(IOException? cause) =>
        await channel.ReadLossAsync().ConfigureAwait(false) is { } loss ? new IOException(GuestMessages.Clean(loss), cause) : null;

    public override async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
