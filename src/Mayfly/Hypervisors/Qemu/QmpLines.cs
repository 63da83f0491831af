using System.Buffers;
using System.IO.Pipelines;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Reads a stream line by line, none of them longer than a bound.</summary>
internal sealed class QmpLines(Stream stream, int maxLineBytes)
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>The next line without its end; null at the end of the stream, where an unfinished line is dropped.</summary>
    /// <exception cref="QmpException">The line is longer than the bound.</exception>
    public async ValueTask<byte[]?> ReadAsync()
    {
        while (true)
        {
            var result = await _reader.ReadAsync().ConfigureAwait(false);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = result.Buffer.Slice(0, end).ToArray();
                _reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            if (result.Buffer.Length > maxLineBytes)
            {
                throw new QmpException($"a line of the monitor exceeds {maxLineBytes} bytes");
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }
}
