using System.Buffers;
using System.Text;

namespace Mayfly.Cli.Output;

/// <summary>
/// Passes on what a guest writes as lines that are safe to print, each when it has ended or is 8,192 characters long. What is
/// beyond is a line of its own, so nothing is lost.
/// </summary>
internal sealed class SafeTextStream : Stream
{
    private readonly Stream _target;
    private readonly SemaphoreSlim _gate;
    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly GuestLineStream _lines;

    /// <param name="target">Where they go; not this object's.</param>
    /// <param name="gate">Keeps others from writing within a line, where they write to the same place.</param>
    public SafeTextStream(Stream target, SemaphoreSlim gate)
    {
        _target = target;
        _gate = gate;
        _lines = new GuestLineStream(Take) { BreaksLongLines = true };
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

    /// <summary>The command has ended: passes on a last line without an end.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        _lines.Complete();
        return PassOnAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _lines.Write(buffer.Span);
        return PassOnAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(string line)
    {
        Encoding.UTF8.GetBytes(GuestText.Neutralise(line), _ready);
        _ready.Write("\n"u8);
    }

    private async ValueTask PassOnAsync(CancellationToken cancellationToken)
    {
        if (_ready.WrittenCount == 0)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _target.WriteAsync(_ready.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ready.ResetWrittenCount();
            _gate.Release();
        }
    }
}
