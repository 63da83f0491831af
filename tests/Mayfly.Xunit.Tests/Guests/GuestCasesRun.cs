namespace Mayfly.Xunit.Tests.Guests;

/// <summary>One run of classes of guest tests, for several assertions; with what it has left on the host.</summary>
/// <param name="classes">The classes.</param>
public abstract class GuestCasesRun(params Type[] classes) : IAsyncLifetime, ISandboxObserver
{
    private readonly Lock _gate = new();
    private readonly List<Sandbox> _sandboxes = [];

    /// <summary>Where files come back to.</summary>
    public string Artifacts { get; } = Directory.CreateTempSubdirectory("mayfly-artifacts-").FullName;

    /// <summary>The machines that the tests had.</summary>
    public IReadOnlyList<Sandbox> Sandboxes
    {
        get
        {
            lock (_gate)
            {
                return [.. _sandboxes];
            }
        }
    }

    internal CaseRun Run { get; private set; } = null!;

    /// <summary>A file of a test's that came back or was kept.</summary>
    public string File(string test, string name) => Path.Combine(Artifacts, "Mayfly.Xunit.Tests.Cases", test, name);

    public async Task InitializeAsync()
    {
        using var observation = Sandbox.Observe(this);
        Run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_ARTIFACTS"] = Artifacts, ["MAYFLY_REQUIRE"] = "1" }, classes);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Artifacts, recursive: true);
        return Task.CompletedTask;
    }

    public void OnStarted(Sandbox sandbox)
    {
        lock (_gate)
        {
            _sandboxes.Add(sandbox);
        }
    }

    public void OnOperation(SandboxOperation operation)
    {
    }
}
