namespace Mayfly.SshNet;

/// <summary>SSH.NET's stream to a command with the errors of a stream: whatever it meets, the connection is gone.</summary>
/// <param name="inner">The stream; null where the command has ended before there was one.</param>
internal sealed class CommandInput(Stream? inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <remarks>Blocks a thread of the pool where the far end does not take more.</remarks>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await (inner ?? throw new IOException("the command at the far end has ended")).WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException))
        {
            throw new IOException($"the SSH connection was lost: {exception.Message}", exception);
        }
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await WriteAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
            {
                inner?.Dispose();
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Its end could not be told, because nobody is there any more.
        }

        base.Dispose(disposing);
    }
}
