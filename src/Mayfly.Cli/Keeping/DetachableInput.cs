using System.IO.Pipes;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Keeping;

/// <summary>
/// Standard input up to a moment when this process must let go of it: a read that waits then would take what belongs to the
/// next program that has the same input. So it waits for either, and reads only what is there.
/// </summary>
internal sealed class DetachableInput : Stream
{
    private readonly AnonymousPipeServerStream _awake = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream _asleep;

    public DetachableInput() => _asleep = new AnonymousPipeClientStream(PipeDirection.Out, _awake.ClientSafePipeHandle);

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => IsReadable() ? DescriptorStream.StandardInput.Read(buffer) : 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Read(buffer.Span), cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Ends every read, now and later. The other end stays open, for it may be waited on.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _asleep.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether there is something to read, or the end of it, rather than the moment to let go.</summary>
    private bool IsReadable()
    {
        PollDescriptor[] polled =
        [
            new() { Descriptor = (int)_awake.SafePipeHandle.DangerousGetHandle(), Events = Libc.PollIn },
            new() { Descriptor = HostTerminal.StandardInput, Events = Libc.PollIn },
        ];
        while (Libc.Poll(ref polled[0], (nuint)polled.Length, -1) < 0)
        {
        }

        return polled[0].Returned == 0;
    }
}
