namespace Mayfly.Tests.Sandboxes;

/// <summary>One machine for the tests that do it no harm.</summary>
public abstract class SharedSandbox(SandboxOptions options) : IAsyncLifetime
{
    protected SharedSandbox(SandboxTransport transport)
        : this(new SandboxOptions { Transport = transport })
    {
    }

    public Sandbox Sandbox { get; private set; } = null!;

    public async Task InitializeAsync() => Sandbox = await Sandbox.StartAsync(options);

    public async Task DisposeAsync() => await Sandbox.DisposeAsync();
}
