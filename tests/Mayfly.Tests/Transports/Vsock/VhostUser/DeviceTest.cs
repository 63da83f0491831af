using System.Collections.Concurrent;
using Mayfly.Transports;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>Tests of a device that waits for its monitor; disposing of it must always be possible.</summary>
public abstract class DeviceTest : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-vsock-");

    private protected DeviceTest()
    {
        Device = new VsockDevice(new PrivateUnixSocket(SocketPath, backlog: 1), Listeners, TimeProvider.System, NullLogger.Instance);
    }

    private protected static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(60);

    private protected VsockDevice Device { get; }

    private protected ConcurrentDictionary<uint, DeviceListener> Listeners { get; } = new();

    private protected string SocketPath => Path.Combine(_directory.FullName, "vsock.sock");

    public void Dispose()
    {
        // A device that can't be disposed of would hold the whole run up.
        Assert.True(Task.Run(Device.Dispose).Wait(Deadline));
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
