namespace Mayfly.MSBuild.Output;

/// <summary>Receives one output of a command and passes its lines on.</summary>
/// <param name="emit">Told each line.</param>
internal sealed class GuestOutputStream(Action<string> emit) : Stream
{
    private readonly LineSplitter _lines = new(emit);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The command has ended.</summary>
    public void Complete() => _lines.Complete();

    public override void Write(ReadOnlySpan<byte> buffer) => _lines.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
