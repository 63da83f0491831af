using System.Diagnostics.CodeAnalysis;

namespace Mayfly.SshNet;

/// <summary>
/// Bounds what a server can have SSH.NET hold in memory: it takes all that it is sent and widens the channel's window for
/// more, whether anybody has read it or not. So the relay hands on no more than is being read.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing.")]
internal sealed class ReceiveLimit
{
    /// <summary>What a server may say until it has let us in: a banner, its keys.</summary>
    public const int MaxBytesBeforeLogin = 256 * 1024;

    /// <summary>Of the command's output, how much may wait for its reader; what is on its way comes on top.</summary>
    public const int MaxWaitingBytes = 1024 * 1024;

    // More than one permit does no harm: whoever waits looks again.
    private readonly SemaphoreSlim _taken = new(0);
    private volatile Stream? _output;
    private long _before;

    /// <summary>From here on the output's reader sets the pace.</summary>
    public void LoggedIn(Stream output) => _output = output;

    /// <summary>Something of the output has been taken.</summary>
    public void Taken()
    {
        if (_taken.CurrentCount == 0)
        {
            _taken.Release();
        }
    }

    /// <summary>Waits until these bytes may be handed on.</summary>
    /// <exception cref="IOException">The server talks and talks, and lets nobody in.</exception>
    public async ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        if (_output is null && (_before += bytes) > MaxBytesBeforeLogin)
        {
            throw new IOException($"the server has sent more than {MaxBytesBeforeLogin} bytes without letting anybody in");
        }

        while (_output is { Length: > MaxWaitingBytes })
        {
            await _taken.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
