using Mayfly.Forwarding;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Transports;
using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>
/// The Unix socket in the sandbox's directory behind which is the guest's SSH server. Its directory is the user's alone, so no
/// port is opened that others could come in by; and no network card is needed.
/// </summary>
internal sealed class SshDoor : IAsyncDisposable
{
    /// <summary>Connections of people's programs that wait to be taken.</summary>
    private const int Backlog = 64;

    private readonly PrivateUnixSocket _socket;
    private readonly ForwardListener _listener;

    /// <param name="path">Where the socket is to be.</param>
    /// <param name="way">Carries the bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what does not reach the guest.</param>
    public SshDoor(string path, IGuestConnection way, TimeProvider time, ILogger logger)
    {
        var server = new ForwardRequest { Port = SshSettings.Port };
        _socket = new PrivateUnixSocket(path, Backlog);
        _listener = new ForwardListener("SSH", _socket.Socket, token => way.ConnectAsync(server, token), time, logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }
}
