using Mayfly.Session;
using Mayfly.Ssh;

namespace Mayfly;

/// <summary>A command that runs at an SSH server. Disposal ends it, the connection and whatever belongs to it.</summary>
public abstract class SshChannel : IAsyncDisposable
{
    /// <summary>
    /// The command's standard input; disposal is its end. Written bytes go out when it is flushed, at the latest. Where the
    /// command has ended or the connection is lost, writing is an <see cref="IOException"/>.
    /// </summary>
    public abstract Stream Input { get; }

    /// <summary>The command's standard output. It ends with the command, or with the connection. What nobody reads must not pile up in memory.</summary>
    public abstract Stream Output { get; }

    /// <summary>The end of what the client and the command said on standard error, at most some kilobytes. Untrusted: the guest has a part in it. Never waits; also after disposal.</summary>
    public abstract string Words { get; }

    /// <summary>The server's key, as SSH sends it. Called when the command has spoken, and only where none was given.</summary>
    /// <exception cref="SandboxSshException">It can't be told (MAY2106).</exception>
    public abstract Task<ReadOnlyMemory<byte>> ReadHostKeyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends it at once; whoever reads from <see cref="Output"/> sees an end, and who writes an error. Any thread; never waits;
    /// safe to repeat, also after disposal.
    /// </summary>
    public abstract void Kill();

    /// <summary>
    /// Why the connection could not be made or was lost, once <see cref="Output"/> has ended; null where the command has ended in
    /// order. Untrusted. Also after disposal. Never throws.
    /// </summary>
    public abstract Task<string?> ReadLossAsync();

    /// <summary>Why the command has never said a word.</summary>
    /// <param name="chatter">What came in its place; untrusted.</param>
    internal virtual async Task<SandboxSshException> ExplainAsync(string chatter) =>
        SshErrors.SessionFailed(
            GuestMessages.Clean(await ReadLossAsync().ConfigureAwait(false)) ?? "The login shell ended without running anything. Give the user a POSIX login shell, and no forced command.",
            Words.Trim().Length > 0 ? Words : chatter);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
