using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock;

namespace Mayfly;

public sealed partial class Sandbox
{
    private static readonly TimeSpan VsockEndPatience = TimeSpan.FromSeconds(2);

    /// <summary>Connects to a vsock port that a program in the guest listens on.</summary>
    /// <param name="port">The guest's port: 1 to 4294967294.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, the caller's to dispose of. It ends with the sandbox.</returns>
    /// <exception cref="SandboxConfigurationException">The port is out of range (MAY1001), or the sandbox has no vsock device (MAY1011).</exception>
    /// <exception cref="SandboxVsockException">Nobody listens there (MAY3040), or the guest does not answer (MAY3042).</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public async Task<VsockStream> ConnectVsockAsync(uint port, CancellationToken cancellationToken = default)
    {
        var endpoint = RequireVsock(port);
        cancellationToken.ThrowIfCancellationRequested();
        var what = $"connecting to the guest's vsock port {port} failed";
        await ThrowIfEndedAsync(what, null).ConfigureAwait(false);
        try
        {
            return await endpoint.ConnectAsync(port, cancellationToken).ConfigureAwait(false);
        }
        catch (SandboxVsockException failure) when (failure.Code == ErrorCode.VsockFailed)
        {
            // Mostly the first sign of a machine that is ending, whose own end tells more. Not a reason to kill one that lives.
            await Task.WhenAny(_machine.Ended, Task.Delay(VsockEndPatience, _time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            await ThrowIfEndedAsync(what, failure).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Listens for the connections that programs in the guest make to a vsock port of the host (context id 2).</summary>
    /// <param name="port">
    /// The host's port, 1 to 4294967294; null for one that is free. Every sandbox has ports of its own, except over
    /// <see cref="SandboxTransport.KernelVsock"/>: there all guests and programs of the host share them, and those below 1024
    /// are root's.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The listener, the caller's to dispose of. It ends with the sandbox.</returns>
    /// <exception cref="SandboxConfigurationException">The port is out of range (MAY1001), or the sandbox has no vsock device (MAY1011).</exception>
    /// <exception cref="SandboxVsockException">The port is listened on already (MAY3041).</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public async Task<VsockListener> ListenVsockAsync(uint? port = null, CancellationToken cancellationToken = default)
    {
        var endpoint = RequireVsock(port ?? 1);
        cancellationToken.ThrowIfCancellationRequested();
        await ThrowIfEndedAsync($"listening on the host's vsock port {port?.ToString(CultureInfo.InvariantCulture) ?? "(any)"} failed", null).ConfigureAwait(false);
        return endpoint.Listen(port);
    }

    private IVsockEndpoint RequireVsock(uint port)
    {
        if (port is 0 or uint.MaxValue)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"the vsock port is {port}, but must be 1 to {uint.MaxValue - 1}.");
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        return _vsock ?? throw new SandboxConfigurationException(
            ErrorCode.VsockMissing,
            $"this sandbox has no vsock device, for it is reached over {Boot.Transport} ({Boot.TransportReason}). Start it with SandboxOptions.Transport = SandboxTransport.Vsock (--transport vsock), which boots it: a vsock device can't be cloned.");
    }

    private async Task ThrowIfEndedAsync(string what, Exception? cause)
    {
        if (_machine.Ended.IsCompleted)
        {
            var end = await _machine.Ended.ConfigureAwait(false);
            throw new SandboxSessionException(ErrorCode.GuestDied, $"{what}: {end.Message}", ConsoleTail(), cause);
        }
    }
}
