using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>
/// A standard stream as it is: unbuffered, binary, at the offset shared with whoever else has the descriptor.
/// .NET's console streams swallow a closed pipe, and its file streams keep an offset of their own.
/// </summary>
internal sealed class DescriptorStream(int descriptor, string name) : Stream
{
    public static readonly DescriptorStream StandardInput = new(0, "standard input");
    public static readonly DescriptorStream StandardOutput = new(1, "standard output");
    public static readonly DescriptorStream StandardError = new(2, "standard error");

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var count = Libc.Read(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            // A descriptor that was closed before we were started has nothing to read.
            if (Marshal.GetLastPInvokeError() == Libc.BadDescriptor)
            {
                return 0;
            }

            Await(Libc.PollIn);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Libc.Write(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count < 0)
            {
                Await(Libc.PollOut);
                continue;
            }

            buffer = buffer[(int)count..];
        }
    }

    /// <summary>Writes, unless nobody can receive it.</summary>
    public void TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Write(bytes);
        }
        catch (StandardStreamException)
        {
            // There is nobody left to tell.
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Read(buffer.Span), cancellationToken));

    /// <summary>Gives up waiting when cancelled. The write may still go on then, so it has a copy of its own.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var copy = buffer.ToArray();
        return new ValueTask(Task.Run(() => Write(copy), cancellationToken).WaitAsync(cancellationToken));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Waits after a call that would have blocked; another failure ends the stream.</summary>
    private void Await(short events)
    {
        var error = Marshal.GetLastPInvokeError();
        switch (error)
        {
            case Libc.Interrupted:
                return;
            case Libc.TryAgain:
                // Somebody we share the descriptor with has made it non-blocking.
                var poll = new PollDescriptor { Descriptor = descriptor, Events = events };
                _ = Libc.Poll(ref poll, 1, -1);
                return;
            default:
                throw new StandardStreamException(name, Marshal.GetPInvokeErrorMessage(error), error == Libc.BrokenPipe);
        }
    }
}
