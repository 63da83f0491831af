using Mayfly.Xunit.Execution;
using Xunit;

namespace Mayfly.Xunit;

/// <summary>
/// One sandbox for the tests of a class (<see cref="IClassFixture{TFixture}"/>) or of a collection
/// (<see cref="ICollectionFixture{TFixture}"/>). Tests marked <see cref="SandboxFactAttribute"/> find it running:
/// one that has ended, because a test killed it or passed its deadline, is replaced before the next such test. Derive from
/// this class to choose other options or to prepare the machine.
/// </summary>
/// <remarks>
/// A start that fails does not throw out of the fixture: each test that needs the sandbox gets the failure, so that it can
/// be skipped where the host can't run sandboxes. It is not tried again.
/// </remarks>
public class SandboxFixture : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly List<Exception> _teardownFailures = [];
    private readonly Func<string, string?> _environment = TestSettings.Read;
    private Task<Sandbox>? _start;
    private Sandbox? _last;
    private bool _disposed;

    /// <summary>What sandboxes are started with; for tests that start one of their own with a difference.</summary>
    public SandboxOptions Options => Configure(SandboxOptions.FromEnvironment(_environment));

    /// <summary>The sandbox, alive or ended.</summary>
    /// <exception cref="MayflyException">It could not be started.</exception>
    /// <exception cref="InvalidOperationException">It was never started, or is being replaced.</exception>
    public Sandbox Sandbox
    {
        get
        {
            TestScope.Current?.ThrowIfOver();
            lock (_gate)
            {
                return _start is { IsCompleted: true }
                    ? _start.GetAwaiter().GetResult()
                    : throw new InvalidOperationException(
                        "The sandbox has not been started. Use the fixture as IClassFixture<> or ICollectionFixture<> and take it as a constructor parameter, or await GetSandboxAsync().");
            }
        }
    }

    /// <summary>The live sandbox: started where there is none yet, replaced where the last one has ended.</summary>
    /// <param name="cancellationToken">Stops waiting; the start goes on.</param>
    /// <exception cref="MayflyException">It could not be started, now or earlier.</exception>
    public Task<Sandbox> GetSandboxAsync(CancellationToken cancellationToken = default)
    {
        TestScope.Current?.ThrowIfOver();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_start is null || (_start.IsCompletedSuccessfully && _last is { Ended.IsCompleted: true }))
            {
                _start = StartAsync(_last);
            }

            return _start.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Starts the sandbox and remembers a failure for the tests that need it. Called by xUnit.</summary>
    public async Task InitializeAsync()
    {
        try
        {
            await GetSandboxAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Kept in the task; each test that needs the sandbox gets it there, and only there can it become a skip.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Disposes of the sandbox. Called by xUnit.</summary>
    /// <exception cref="MayflyException">This sandbox or one it replaced could not be removed wholly (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        Task? start;
        lock (_gate)
        {
            _disposed = true;
            start = _start;
        }

        if (start is not null)
        {
            await start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_last is not null)
        {
            await EndAsync(_last).ConfigureAwait(false);
        }

        if (_teardownFailures.Count > 0)
        {
            throw _teardownFailures.Count == 1 ? _teardownFailures[0] : new AggregateException(_teardownFailures);
        }

        GC.SuppressFinalize(this);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    /// <summary>Chooses what the sandbox is made of. Has the last word.</summary>
    /// <param name="options">The defaults, and what <c>MAYFLY_ACCEL</c>, <c>MAYFLY_TRANSPORT</c>, <c>MAYFLY_NETWORK</c> and <c>MAYFLY_MEMORY</c> make of them.</param>
    protected virtual SandboxOptions Configure(SandboxOptions options) => options;

    /// <summary>Prepares each sandbox after its start, such as by pushing files. A failure is the start's failure.</summary>
    protected virtual Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<Sandbox> StartAsync(Sandbox? ended)
    {
        if (ended is not null)
        {
            await EndAsync(ended).ConfigureAwait(false);
        }

        var options = Options;
        using var limit = new CancellationTokenSource(StartLimit, options.TimeProvider);
        var sandbox = await Mayfly.Sandbox.StartAsync(options, limit.Token).ConfigureAwait(false);
        try
        {
            await PrepareAsync(sandbox, limit.Token).ConfigureAwait(false);
            _last = sandbox;
            return sandbox;
        }
        catch
        {
            await EndAsync(sandbox).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What can't be removed is told at the fixture's end, where it does not hide a test's own result.</summary>
    private async Task EndAsync(Sandbox sandbox)
    {
        try
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            lock (_gate)
            {
                _teardownFailures.Add(exception);
            }
        }
    }
}
