using System.Collections.Concurrent;
using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Microsoft.Extensions.Logging;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>The host's end of a vsock device of our own.</summary>
internal sealed class VhostUserEndpoint : IVsockEndpoint
{
    /// <summary>Where ports for listeners are taken from that don't care (the dynamic range of RFC 6335).</summary>
    private const uint FirstFreePort = 49152;

    private readonly ConcurrentDictionary<uint, DeviceListener> _listeners = new();
    private readonly VsockDevice _device;

    /// <summary>Binds and listens for the monitor in the sandbox's directory.</summary>
    public VhostUserEndpoint(string directory, TimeProvider timeProvider, ILogger logger)
    {
        SocketPath = Path.Combine(directory, "vsock.sock");
        var listener = new PrivateUnixSocket(SocketPath, backlog: 1);
        try
        {
            _device = new VsockDevice(listener, _listeners, timeProvider, logger);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Where the monitor finds the device.</summary>
    public string SocketPath { get; }

    public async Task<VsockStream> ConnectAsync(uint port, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        VsockConnection? connection = null;
        _device.Post(muxer => connection = muxer.Connect(port, connecting));
        using var registration = cancellationToken.UnsafeRegister(_ => _device.Post(_ => connection?.Abandon()), null);
        try
        {
            return await connecting.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public VsockListener Listen(uint? port)
    {
        for (var number = port ?? FirstFreePort; ; number++)
        {
            var listener = new DeviceListener(number, closed => _listeners.TryRemove(new(closed.Port, closed)));
            if (_listeners.TryAdd(number, listener))
            {
                if (_device.Ended.IsCompletedSuccessfully)
                {
                    listener.Fail(_device.Ended.Result);
                }

                return listener;
            }

            if (port is not null)
            {
                throw new SandboxVsockException(
                    ErrorCode.VsockPortInUse, $"vsock port {port} is listened on already. Dispose of that listener first, or take another port.");
            }
        }
    }

    // Joining the thread waits for one turn of it, which is short, but not nothing.
    public async ValueTask DisposeAsync() => await Task.Run(_device.Dispose).ConfigureAwait(false);
}
