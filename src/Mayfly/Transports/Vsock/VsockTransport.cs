using System.Security.Cryptography;
using System.Text;
using Mayfly.Hypervisors;
using Mayfly.Protocol;

namespace Mayfly.Transports.Vsock;

/// <summary>
/// The way in over vsock, whoever provides the device: the agent announces itself by dialling the host, and the host then
/// dials the agent's session port and shows that it is the owner. Owns the endpoint.
/// </summary>
internal sealed class VsockTransport : ITransport
{
    private readonly IVsockEndpoint _endpoint;
    private readonly VsockListener _announcements;

    /// <param name="name">Its name for reports.</param>
    /// <param name="endpoint">The host's end of the device.</param>
    /// <param name="device">The guest's.</param>
    /// <param name="isPrivate">Whether nobody else on the host can dial this guest.</param>
    public VsockTransport(string name, IVsockEndpoint endpoint, GuestDevice device, bool isPrivate)
    {
        Name = name;
        Device = device;
        _endpoint = endpoint;
        _announcements = endpoint.Listen(port: null);
        Settings = new VsockSettings
        {
            AnnouncePort = _announcements.Port,
            SessionKey = RandomNumberGenerator.GetHexString(VsockSettings.SessionKeyChars),
            ServesJson = isPrivate,
        };
    }

    public string Name { get; }

    public GuestDevice Device { get; }

    public VsockSettings Settings { get; }

    VsockSettings? ITransport.Settings => Settings;

    public IVsockEndpoint? Vsock => _endpoint;

    /// <inheritdoc/>
    /// <exception cref="SandboxVsockException">The guest ended, or its agent does not listen.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var announcement = await _announcements.AcceptAsync(cancellationToken).ConfigureAwait(false);
        await announcement.DisposeAsync().ConfigureAwait(false);
        await _announcements.DisposeAsync().ConfigureAwait(false);
        var session = await _endpoint.ConnectAsync(VsockPorts.Session, cancellationToken).ConfigureAwait(false);
        try
        {
            await session.WriteAsync(Encoding.ASCII.GetBytes(Settings.SessionKey), cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _announcements.DisposeAsync().ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
    }
}
