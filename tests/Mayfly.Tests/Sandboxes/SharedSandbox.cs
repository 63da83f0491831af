namespace Mayfly.Tests.Sandboxes;

/// <summary>One machine for the tests that do it no harm.</summary>
public sealed class SharedSandbox : IAsyncLifetime
{
    public Sandbox Sandbox { get; private set; } = null!;

    public async Task InitializeAsync() => Sandbox = await Sandbox.StartAsync();

    public async Task DisposeAsync() => await Sandbox.DisposeAsync();
}
