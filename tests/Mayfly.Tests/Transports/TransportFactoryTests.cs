using Mayfly.Diagnostics;
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
        await using var transport = TransportFactory.Create(SandboxTransport.Serial, _directory.FullName, TimeProvider.System, NullLogger.Instance);

        Assert.IsType<SerialTransport>(transport);
        Assert.Equal(TransportName.Of(SandboxTransport.Serial), transport.Name);
        Assert.Null(transport.Settings);
        Assert.Null(transport.Vsock);
    }

    [Theory]
    [InlineData(SandboxTransport.KernelVsock, "kernel-vsock")]
    public void WhatIsNotBuiltInIsAnErrorThatNamesIt(SandboxTransport transport, string name)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => TransportFactory.Create(transport, _directory.FullName, TimeProvider.System, NullLogger.Instance));

        Assert.Equal(ErrorCode.TransportUnavailable, error.Code);
        Assert.Contains($"the transport {name} is not built in", error.Message, StringComparison.Ordinal);
        Assert.Empty(_directory.GetFileSystemInfos());
    }
}
