using Xunit;

namespace Mayfly.Xunit;

/// <content>How xUnit 2.9 knows that the fixture has something to dispose of.</content>
public partial class SandboxFixture : IAsyncLifetime
{
    /// <summary>Does nothing: sandboxes are started when the first test that is not skipped needs them. Called by xUnit.</summary>
    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
