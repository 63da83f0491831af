using Mayfly.Native;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>What the kernel does with real AF_VSOCK sockets, as far as that goes without a guest.</summary>
public sealed class KernelVsockFamilyTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly KernelVsockEndpoint _endpoint;

    public KernelVsockFamilyTests()
    {
        var lease = ContextIdLease.Take(_directory.FullName, LoopbackNetwork.RandomNumber, _ => true);
        _endpoint = new KernelVsockEndpoint(lease, VsockNetwork.Kernel);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _endpoint.DisposeAsync();

    public void Dispose() => _directory.Delete(recursive: true);

    [VsockFamilyFact]
    public async Task AFreePortIsFoundAndThenTaken()
    {
        var first = _endpoint.Listen(null);
        await using var second = _endpoint.Listen(null);
        Assert.NotEqual(first.Port, second.Port);
        Assert.NotEqual(VsockAddress.AnyPort, first.Port);
        Assert.Equal("MAY3041", Assert.Throws<SandboxVsockException>(() => _endpoint.Listen(first.Port)).Code);

        await first.DisposeAsync();

        await using var again = _endpoint.Listen(first.Port);
    }

    [VsockFamilyFact]
    public async Task AnAcceptWaitsUntilTheListenerIsDisposedOf()
    {
        var listener = _endpoint.Listen(null);
        using var cancel = new CancellationTokenSource();
        var canceled = listener.AcceptAsync(cancel.Token);
        var accepting = listener.AcceptAsync();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.WaitAsync(Deadline));
        Assert.False(accepting.IsCompleted);
        await listener.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.WaitAsync(Deadline));
    }

    /// <summary>A host with the device knows at once that there is no such guest; a guest has to ask its own host, which may not answer.</summary>
    [VsockFamilyFact]
    public async Task AGuestThatIsNotThereIsGivenUpOn()
    {
        using var cancel = new CancellationTokenSource();
        var connecting = _endpoint.ConnectAsync(5000, cancel.Token);
        await cancel.CancelAsync();

        var given = await Record.ExceptionAsync(() => connecting.WaitAsync(Deadline));

        if (given is OperationCanceledException canceled)
        {
            Assert.Equal(cancel.Token, canceled.CancellationToken);
        }
        else
        {
            Assert.Equal("MAY3042", Assert.IsType<SandboxVsockException>(given).Code);
        }
    }

    [VsockFamilyFact]
    public void AConnectHasLongerThanTheKernelsTwoSeconds()
    {
        using var socket = VsockNetwork.Kernel.Open();
        var timeout = new byte[2 * nint.Size];

        Assert.Equal(timeout.Length, socket.GetRawSocketOption(VsockAddress.VsockFamily, 6, timeout));
        Assert.Equal(30, BitConverter.ToInt64(timeout));
    }
}
