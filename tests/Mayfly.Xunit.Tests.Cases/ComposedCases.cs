using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Other parts of xUnit around a sandboxed test.</summary>
public sealed class ComposedCases(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    public Task InitializeAsync()
    {
        output.WriteLine("initialized");
        return Task.CompletedTask;
    }

    [SandboxFact]
    [Bracket]
    public void Writes()
    {
        output.WriteLine($"bracket open: {BracketAttribute.IsOpen}");
        Assert.Fail("to see the output");
    }

    [SandboxFact]
    public async Task HasNoSynchronizationContextThatCouldDeadlock()
    {
        var inner = Task.Run(async () =>
        {
            await Task.Yield();
            return 1;
        });
        Assert.Equal(1, inner.Result);
        await inner;
    }

    public Task DisposeAsync()
    {
        output.WriteLine("disposed later");
        return Task.CompletedTask;
    }

    public void Dispose() => output.WriteLine("disposed");
}
