using Mayfly.Hypervisors;
using Mayfly.Protocol;

namespace Mayfly.Transports.Vsock;

/// <summary>
/// The way in over vsock, whoever provides the device: the agent announces itself by dialling the host, and the host then
/// dials the agent's session port. Owns the endpoint.
/// </summary>
internal sealed class VsockTransport : ITransport
{
    private readonly IVsockEndpoint _endpoint;
    private readonly VsockListener _announcements;

    public VsockTransport(string name, IVsockEndpoint endpoint, GuestDevice device)
    {
        Name = name;
        Device = device;
        _endpoint = endpoint;
        _announcements = endpoint.Listen(port: null);
        Settings = new VsockSettings { AnnouncePort = _announcements.Port };
    }

    public string Name { get; }

    public GuestDevice Device { get; }

    public VsockSettings? Settings { get; }

    public IVsockEndpoint? Vsock => _endpoint;

    /// <inheritdoc/>
    /// <exception cref="SandboxVsockException">The guest ended, or its agent does not listen.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var announcement = await _announcements.AcceptAsync(cancellationToken).ConfigureAwait(false);
        await announcement.DisposeAsync().ConfigureAwait(false);
        await _announcements.DisposeAsync().ConfigureAwait(false);
        return await _endpoint.ConnectAsync(VsockPorts.Session, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _announcements.DisposeAsync().ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
    }
}
