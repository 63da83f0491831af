using System.IO.Pipelines;

namespace Mayfly.SshNet;

/// <summary>
/// What a command prints. SSH.NET's stream can only be waited for by blocking, so a thread takes it from there into a pipe,
/// whose reader needs none.
/// </summary>
internal sealed class CommandOutput
{
    private const int BufferBytes = 64 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2));

    private volatile bool _discards;

    private CommandOutput(Stream source, ReceiveLimit limit)
    {
        Reader = _pipe.Reader.AsStream();
        Ended = BlockingWork.RunAsync(() => Take(source, limit));
    }

    /// <summary>What it prints.</summary>
    public Stream Reader { get; }

    /// <summary>When the source has ended, and the thread with it.</summary>
    public Task Ended { get; }

    public static CommandOutput Start(Stream source, ReceiveLimit limit) => new(source, limit);

    /// <summary>Nobody reads any more: what still comes is thrown away, so that the end is seen.</summary>
    public void Discard()
    {
        _discards = true;
        _pipe.Writer.CancelPendingFlush();
    }

    private void Take(Stream source, ReceiveLimit limit)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = source.Read(buffer, 0, buffer.Length)) > 0)
        {
            limit.Taken();
            if (!_discards)
            {
                _pipe.Writer.WriteAsync(buffer.AsMemory(0, count)).AsTask().GetAwaiter().GetResult();
            }
        }

        _pipe.Writer.Complete();
    }
}
