namespace Mayfly.Tests.Sandboxes;

/// <summary>One machine for the tests that do it no harm.</summary>
public abstract class SharedSandbox(SandboxTransport transport) : IAsyncLifetime
{
    public Sandbox Sandbox { get; private set; } = null!;

    public async Task InitializeAsync() => Sandbox = await Sandbox.StartAsync(new SandboxOptions { Transport = transport });

    public async Task DisposeAsync() => await Sandbox.DisposeAsync();
}
