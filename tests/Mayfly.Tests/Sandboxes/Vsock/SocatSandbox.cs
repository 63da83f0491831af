namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>A machine with our own vsock device and socat in it.</summary>
public sealed class SocatSandbox : IAsyncLifetime
{
    public Sandbox Sandbox { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sandbox = await Sandbox.StartAsync(new SandboxOptions { Transport = SandboxTransport.Vsock, Memory = ByteSize.GiB(2) });
        await Socat.InstallAsync(Sandbox);
    }

    public async Task DisposeAsync() => await Sandbox.DisposeAsync();
}
