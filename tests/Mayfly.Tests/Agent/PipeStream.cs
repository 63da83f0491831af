namespace Mayfly.Tests.Agent;

/// <summary>A process's two standard pipes as the one stream that a session runs over.</summary>
/// <param name="read">Where it is read.</param>
/// <param name="write">Where it is written.</param>
/// <param name="isKept">Whether both outlive it, as they do several sessions in turn, each of which thinks its stream its own.</param>
internal sealed class PipeStream(Stream read, Stream write, bool isKept = false) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => read.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => read.ReadAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => write.Write(buffer, offset, count);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await write.WriteAsync(buffer, cancellationToken);
        await write.FlushAsync(cancellationToken);
    }

    public override void Flush() => write.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isKept)
        {
            write.Dispose();
            read.Dispose();
        }

        base.Dispose(disposing);
    }
}
