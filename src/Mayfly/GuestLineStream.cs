using System.Text;

namespace Mayfly;

/// <summary>
/// Receives one output of a command and passes its lines on as text: LF, CR LF and a lone CR each end a line, at most 8,192 characters of
/// a line are kept, bytes that mean nothing in the encoding become replacement characters. What a line says is the guest's: <see cref="GuestText.Neutralise"/>
/// makes it safe to print.
/// </summary>
/// <param name="emit">Told each line, without its end.</param>
/// <param name="encoding">How the command writes; null for UTF-8.</param>
public sealed class GuestLineStream(Action<string> emit, Encoding? encoding = null) : Stream
{
    private readonly LineSplitter _lines = new(emit, encoding);

    /// <summary>Whether what is beyond a line's 8,192 characters is passed on as further lines. By default it is dropped, and counted in the line.</summary>
    public bool BreaksLongLines
    {
        get => _lines.BreaksLongLines;
        init => _lines.BreaksLongLines = value;
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The command has ended.</summary>
    public void Complete() => _lines.Complete();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => _lines.Write(buffer);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
