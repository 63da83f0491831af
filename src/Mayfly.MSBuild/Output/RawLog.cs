namespace Mayfly.MSBuild.Output;

/// <summary>
/// What a command wrote on both outputs, byte by byte in the order of its arrival, in a file. It is bounded, and a disk that is full does not
/// end the command.
/// </summary>
/// <param name="path">The file; one of that name is replaced.</param>
/// <param name="maxBytes">Where it ends.</param>
internal sealed class RawLog(string path, long maxBytes = RawLog.DefaultMaxBytes) : IDisposable
{
    private const long DefaultMaxBytes = 64 * 1024 * 1024;

    private const int Attempts = 5;

    private readonly Lock _gate = new();
    private readonly FileStream _file = Create(path);
    private long _written;
    private bool _full;

    /// <summary>Takes the next bytes of one of the outputs.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_full || bytes.IsEmpty)
            {
                return;
            }

            var room = (int)Math.Min(bytes.Length, maxBytes - _written);
            try
            {
                _file.Write(bytes[..room]);
                _written += room;
                if (room < bytes.Length)
                {
                    _full = true;
                    _file.Write("\n[Mayfly: the command wrote more than is kept.]\n"u8);
                }
            }
            catch (IOException)
            {
                _full = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            try
            {
                _file.Dispose();
            }
            catch (IOException)
            {
                // What was still in memory found no room on the disk.
            }
        }
    }

    /// <summary>The old file goes rather than being written over: another build may be reading it, or writing its own under that name.</summary>
    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                File.Delete(path);
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Another build made its own in between.
            }
        }
    }
}
