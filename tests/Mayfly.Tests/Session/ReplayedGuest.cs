using System.Buffers.Binary;
using Mayfly.Protocol;

namespace Mayfly.Tests.Session;

/// <summary>A guest made of bytes: its greeting, then, once the host has opened its channels, the rest, then the end.</summary>
internal sealed class ReplayedGuest(byte[] greeting, byte[] rest, int channels) : Stream
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _position;
    private int _opens;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= greeting.Length)
        {
            await _opened.Task.WaitAsync(cancellationToken);
        }

        var source = _position < greeting.Length ? greeting.AsSpan(_position) : rest.AsSpan(_position - greeting.Length);
        var count = Math.Min(source.Length, buffer.Length);
        source[..count].CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    /// <summary>The host writes whole frames.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var bytes = buffer.Span;
        while (!bytes.IsEmpty)
        {
            _opens += bytes[4] == (byte)FrameType.Open ? 1 : 0;
            bytes = bytes[(FrameHeader.Size + BinaryPrimitives.ReadInt32LittleEndian(bytes))..];
        }

        if (_opens >= channels)
        {
            _opened.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
