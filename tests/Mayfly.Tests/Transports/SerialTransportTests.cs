using System.Net.Sockets;
using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Transports.Serial;

namespace Mayfly.Tests.Transports;

public sealed class SerialTransportTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    private string[] Files => Directory.GetFileSystemEntries(_directory.FullName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task TheSocketListensFromTheStartAndIsPrivate()
    {
        await using var transport = new SerialTransport(_directory.FullName);
        var device = Assert.IsType<SerialPortDevice>(transport.Device);

        Assert.Equal(GuestPaths.SessionPort, device.Name);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(device.SocketPath));
        using var monitor = Connect(transport);
    }

    [Fact]
    public async Task OneConnectionCarriesBytesBothWaysAndTheSocketIsGone()
    {
        await using var transport = new SerialTransport(_directory.FullName);
        var connecting = transport.ConnectAsync(CancellationToken.None);
        using var monitor = Connect(transport);
        await using var stream = await connecting.WaitAsync(TimeSpan.FromSeconds(60));

        await monitor.SendAsync("up"u8.ToArray());
        await stream.WriteAsync("down"u8.ToArray());
        var up = new byte[2];
        await stream.ReadExactlyAsync(up);
        var down = new byte[4];

        Assert.Equal("up"u8.ToArray(), up);
        Assert.Equal(4, await monitor.ReceiveAsync(down));
        Assert.Empty(Files);
        await Assert.ThrowsAsync<InvalidOperationException>(() => transport.ConnectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task TheConnectionOutlivesTheTransport()
    {
        var transport = new SerialTransport(_directory.FullName);
        using var monitor = Connect(transport);
        await using var stream = await transport.ConnectAsync(CancellationToken.None);
        await transport.DisposeAsync();

        await monitor.SendAsync("x"u8.ToArray());

        Assert.Equal(1, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task DisposalEndsAPendingConnectAndRemovesTheSocket()
    {
        var transport = new SerialTransport(_directory.FullName);
        var connecting = transport.ConnectAsync(CancellationToken.None);

        await transport.DisposeAsync();
        await transport.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(60)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => transport.ConnectAsync(CancellationToken.None));
        Assert.Empty(Files);
    }

    [Fact]
    public async Task CancellationEndsAPendingConnect()
    {
        await using var transport = new SerialTransport(_directory.FullName);
        using var cancel = new CancellationTokenSource();
        var connecting = transport.ConnectAsync(cancel.Token);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public void ADirectoryTooLongForASocketIsNamed()
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => new SerialTransport(Path.Combine(_directory.FullName, new string('d', 100))));

        Assert.Equal("MAY1001", exception.Code);
        Assert.Contains("XDG_RUNTIME_DIR", exception.Message, StringComparison.Ordinal);
    }

    private static Socket Connect(SerialTransport transport)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(((SerialPortDevice)transport.Device).SocketPath));
        return socket;
    }
}
