using System.Xml.Linq;

namespace Mayfly.Xunit.Tests.DotnetTest;

/// <summary>One run of the sample's tests that kill their machines, for all who look at its results.</summary>
public sealed class DeadlyRun : IAsyncLifetime, IDisposable
{
    private readonly DotnetTestRun _run = new("--filter", "FullyQualifiedName~DeathTests", "--logger", "trx;LogFileName=results.trx", "--blame");

    /// <summary>What it exited with.</summary>
    public int ExitCode => _run.ExitCode;

    /// <summary>The results by the names of the tests' methods.</summary>
    public IReadOnlyDictionary<string, XElement> Results { get; private set; } = new Dictionary<string, XElement>();

    public async Task InitializeAsync()
    {
        await _run.EndAsync();
        Results = _run.Results();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _run.Dispose();
}
