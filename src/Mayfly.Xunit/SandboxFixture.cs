using Mayfly.Diagnostics;
using Mayfly.Xunit.Execution;
using Mayfly.Xunit.Lifetimes;
using Xunit;

namespace Mayfly.Xunit;

/// <summary>
/// Gives tests their sandboxes: a fresh one for each test, or with <see cref="Lifetime"/> one for a class or a collection.
/// Used as <see cref="IClassFixture{TFixture}"/> or <see cref="ICollectionFixture{TFixture}"/> and taken as a constructor
/// parameter; tests marked <see cref="SandboxFactAttribute"/> find their sandbox running. Derive from this class to choose
/// lifetime and options, or to prepare the machine.
/// </summary>
/// <remarks>
/// A start that fails fails the test it was for, or skips it where the host can't run sandboxes. Where the fixture's first
/// start fails, it is not tried again: each test gets that failure. A test that is skipped starts nothing.
/// </remarks>
public partial class SandboxFixture : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TestScope, SandboxHolder> _perTest = [];
    private readonly List<Exception> _teardownFailures = [];
    private readonly Func<string, string?> _environment = TestSettings.Read;
    private SandboxSource? _source;
    private SandboxHolder? _shared;
    private Type? _sharingClass;
    private bool _disposed;

    /// <summary>What sandboxes are started with; for tests that start one of their own with a difference.</summary>
    public SandboxOptions Options => Configure(SandboxOptions.FromEnvironment(_environment));

    /// <summary>The sandbox of the test, class or collection, alive or ended.</summary>
    /// <exception cref="MayflyException">It could not be started.</exception>
    /// <exception cref="InvalidOperationException">It was never started, or is being replaced, or each test has its own and this is none.</exception>
    public Sandbox Sandbox =>
        Current().Started ?? throw new InvalidOperationException(
            "The sandbox has not been started. It runs at the start of each [SandboxFact] and [SandboxTheory] whose class takes the fixture as a constructor parameter; elsewhere await GetSandboxAsync().");

    /// <summary>The live sandbox: started where there is none yet, replaced where the last one has ended.</summary>
    /// <param name="cancellationToken">Stops waiting; the start goes on.</param>
    /// <exception cref="MayflyException">It could not be started, now or earlier.</exception>
    /// <exception cref="InvalidOperationException">Each test has its own, and this is none.</exception>
    /// <exception cref="OperationCanceledException">The test this is called from has ended or passed its deadline.</exception>
    public async Task<Sandbox> GetSandboxAsync(CancellationToken cancellationToken = default)
    {
        await EndFormerClassAsync(TestScope.Current).ConfigureAwait(false);
        return await Current().GetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disposes of what still lives. Called by xUnit.</summary>
    /// <exception cref="MayflyException">A shared sandbox, or one it replaced, could not be removed wholly (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        List<SandboxHolder> holders;
        lock (_gate)
        {
            _disposed = true;
            holders = [.. _perTest.Values.Append(_shared).OfType<SandboxHolder>()];
        }

        foreach (var holder in holders)
        {
            await EndAsync(holder).ConfigureAwait(false);
        }

        if (_source is not null)
        {
            await EndAsync(_source).ConfigureAwait(false);
        }

        if (_teardownFailures.Count > 0)
        {
            throw _teardownFailures.Count == 1 ? _teardownFailures[0] : new AggregateException(_teardownFailures);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the sandbox ready for a test that begins in the current flow of control.</summary>
    internal async Task EnterAsync(TestScope scope, CancellationToken cancellationToken)
    {
        await EndFormerClassAsync(scope).ConfigureAwait(false);
        scope.Use(await Current().EnterAsync(scope, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Disposes of what the test alone had.</summary>
    /// <exception cref="MayflyException">It could not be removed wholly (MAY4001).</exception>
    internal async Task LeaveAsync(TestScope scope)
    {
        SandboxHolder? own;
        lock (_gate)
        {
            _shared?.Leave(scope);
            _perTest.Remove(scope, out own);
        }

        if (own is not null)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How long a sandbox lives. Default <see cref="SandboxLifetime.PerTest"/>.</summary>
    protected virtual SandboxLifetime Lifetime => SandboxLifetime.PerTest;

    /// <summary>Chooses what the sandbox is made of. Has the last word.</summary>
    /// <param name="options">The defaults, and what <c>MAYFLY_ACCEL</c>, <c>MAYFLY_TRANSPORT</c>, <c>MAYFLY_NETWORK</c> and <c>MAYFLY_MEMORY</c> make of them.</param>
    protected virtual SandboxOptions Configure(SandboxOptions options) => options;

    /// <summary>
    /// Prepares a sandbox before tests see it, such as by pushing files and starting services. Under
    /// <see cref="SandboxLifetime.PerTest"/> it is done once: the machine is frozen with its memory and processes, and each
    /// test gets a copy; where the machine can't be frozen, and with <see cref="SandboxOptions.Cold"/>, it is done for each
    /// test. A failure is the start's failure.
    /// </summary>
    /// <param name="sandbox">
    /// The machine to prepare, which must not be kept for later: where tests get copies, it is gone once it is frozen. To be frozen it
    /// must have no command, transfer or forwarded port open when this returns; programs in the guest's background live on.
    /// </param>
    /// <param name="cancellationToken">Ends with the start.</param>
    protected virtual Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether a derived class has something to prepare.</summary>
    private bool IsPrepared => ((Func<Sandbox, CancellationToken, Task>)PrepareAsync).Method.DeclaringType != typeof(SandboxFixture);

    /// <summary>The holder for the current flow of control.</summary>
    private SandboxHolder Current()
    {
        var scope = TestScope.Current;
        lock (_gate)
        {
            scope?.ThrowIfOver();
            ObjectDisposedException.ThrowIf(_disposed, this);
            _source ??= new SandboxSource(() => Options, PrepareAsync, Lifetime == SandboxLifetime.PerTest && IsPrepared);
            return Lifetime switch
            {
                SandboxLifetime.PerTest => OwnOf(scope ?? throw new InvalidOperationException(
                    "Each [SandboxFact] and [SandboxTheory] has a sandbox of its own, and this is called from neither. Mark the test so, or override Lifetime with SandboxLifetime.PerClass or PerCollection.")),
                SandboxLifetime.PerClass or SandboxLifetime.PerCollection => _shared ??= new SandboxHolder(_source, Lifetime),
                var other => throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"Lifetime is {other}, but must be PerTest, PerClass or PerCollection."),
            };
        }
    }

    private SandboxHolder OwnOf(TestScope scope)
    {
        if (!_perTest.TryGetValue(scope, out var own))
        {
            scope.Join(this);
            own = _perTest[scope] = new SandboxHolder(_source!, SandboxLifetime.PerTest);
        }

        return own;
    }

    /// <summary>xUnit runs the classes of a collection one after another, so the first test of the next is the end of the one before.</summary>
    private async Task EndFormerClassAsync(TestScope? scope)
    {
        SandboxHolder? former = null;
        lock (_gate)
        {
            // What is left of a former class's test is no beginning of that class. Within the lock: a test is over before the next enters.
            scope?.ThrowIfOver();
            if (scope is not null && Lifetime == SandboxLifetime.PerClass)
            {
                if (_sharingClass is not null && _sharingClass != scope.TestClass)
                {
                    (former, _shared) = (_shared, null);
                }

                _sharingClass = scope.TestClass;
            }
        }

        if (former is not null)
        {
            await EndAsync(former).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(IAsyncDisposable owned)
    {
        try
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MayflyException or AggregateException)
        {
            _teardownFailures.Add(exception);
        }
    }
}
