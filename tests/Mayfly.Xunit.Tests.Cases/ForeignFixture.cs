namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture of a user's own that starts a sandbox where none can be had.</summary>
public sealed class ForeignFixture : IAsyncLifetime
{
    public async Task InitializeAsync() => await Sandbox.StartAsync(new SandboxOptions { QemuPath = AbsentMonitorFixture.Path });

    public Task DisposeAsync() => Task.CompletedTask;
}
