namespace Mayfly.Cli.Terminal;

/// <summary>One of the process's own standard streams can't be read or written any more.</summary>
internal sealed class StandardStreamException(string stream, string reason, bool isBrokenPipe)
    : IOException($"can't use {stream}: {reason}")
{
    /// <summary>Whether the reader has gone, which is no error among Unix tools.</summary>
    public bool IsBrokenPipe { get; } = isBrokenPipe;
}
