using Mayfly.Hypervisors;
using Mayfly.Transports;
using Mayfly.Transports.Serial;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Transports;

public sealed class TransportFactoryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task ASerialPortHasNoVsock()
    {
        await using var transport = await TransportFactory.CreateAsync(SandboxTransport.Serial, _directory.FullName, TimeProvider.System, NullLogger.Instance);

        Assert.IsType<SerialTransport>(transport);
        Assert.Equal(TransportName.Of(SandboxTransport.Serial), transport.Name);
        Assert.Null(transport.Settings);
        Assert.Null(transport.Vsock);
    }

    [Fact]
    public async Task AVsockDeviceOfOurOwnListensForTheMonitorAndIsGoneWithTheTransport()
    {
        await using (var transport = await TransportFactory.CreateAsync(SandboxTransport.Vsock, _directory.FullName, TimeProvider.System, NullLogger.Instance))
        {
            var device = Assert.IsType<VhostUserVsockDevice>(transport.Device);
            Assert.True(File.Exists(device.SocketPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(device.SocketPath));
            Assert.NotNull(transport.Settings);
            Assert.NotNull(transport.Vsock);
        }

        Assert.Empty(_directory.GetFileSystemInfos());
    }
}
