using Mayfly.Diagnostics;
using Mayfly.Xunit.Execution;

namespace Mayfly.Xunit.Lifetimes;

/// <summary>The sandbox of one test, class or collection: started at its first use, disposed of once.</summary>
/// <param name="source">Where it comes from.</param>
/// <param name="lifetime">Who has it.</param>
internal sealed class SandboxHolder(SandboxSource source, SandboxLifetime lifetime) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Exception> _teardownFailures = [];
    private Task<Sandbox>? _start;
    private Sandbox? _last;
    private string? _user;
    private string? _endedIn;
    private bool _disposed;

    /// <summary>The sandbox, alive or ended; null where there is none yet.</summary>
    /// <exception cref="MayflyException">It could not be started.</exception>
    public Sandbox? Started
    {
        get
        {
            lock (_gate)
            {
                return _start is { IsCompleted: true } ? _start.GetAwaiter().GetResult() : null;
            }
        }
    }

    private bool IsDead => _start is { IsCompletedSuccessfully: true } && _last is { Ended.IsCompleted: true };

    /// <summary>The live sandbox: started where there is none yet, replaced where the last one has ended.</summary>
    /// <param name="cancellationToken">Stops waiting; the start goes on until disposal.</param>
    /// <exception cref="MayflyException">It could not be started, now or earlier.</exception>
    public Task<Sandbox> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_start is null or { IsCanceled: true } || IsDead)
            {
                _start = StartAsync(_last);
            }

            return _start.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The sandbox for a test that begins. One that an earlier test has ended is not replaced: what this test builds upon
    /// would be gone without a word.
    /// </summary>
    /// <param name="scope">The test.</param>
    /// <param name="cancellationToken">Stops waiting; the start goes on until disposal.</param>
    /// <exception cref="MayflyException">It could not be started, or has ended (MAY3031).</exception>
    public async Task<Sandbox> EnterAsync(TestScope scope, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (IsDead)
            {
                scope.Use(_last!);
                throw new MayflyException(ErrorCode.SharedSandboxEnded, DescribeEnd(_last!));
            }

            _user = scope.Name;
        }

        return await GetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes that a test is over, and whether the sandbox ended in it.</summary>
    public void Leave(TestScope scope)
    {
        lock (_gate)
        {
            if (IsDead)
            {
                _endedIn ??= scope.Name;
            }
        }
    }

    /// <summary>Disposes of the sandbox, or gives up its start.</summary>
    /// <exception cref="MayflyException">This sandbox or one it replaced could not be removed wholly (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        if (_start is not null)
        {
            await ((Task)_start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_last is not null)
        {
            await EndAsync(_last).ConfigureAwait(false);
        }

        _stop.Dispose();
        if (_teardownFailures.Count > 0)
        {
            throw _teardownFailures.Count == 1 ? _teardownFailures[0] : new AggregateException(_teardownFailures);
        }
    }

    private async Task<Sandbox> StartAsync(Sandbox? ended)
    {
        _endedIn = null;
        if (ended is not null)
        {
            await EndAsync(ended).ConfigureAwait(false);
        }

        return _last = await source.StartAsync(_stop.Token).ConfigureAwait(false);
    }

    /// <summary>What can't be removed is told at the end, where it does not hide a test's own result.</summary>
    private async Task EndAsync(Sandbox sandbox)
    {
        try
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            _teardownFailures.Add(exception);
        }
    }

    private string DescribeEnd(Sandbox dead)
    {
        var end = dead.Ended.Result;
        var when = _endedIn is not null ? $"in the test {_endedIn}" : $"after the test {_user}";
        return $"the sandbox {dead.Id}, which tests share (SandboxLifetime.{lifetime}), has ended {when} ({end.Cause}: {end.Message}). "
            + "A test that ends it on purpose leaves another with GetSandboxAsync(); SandboxLifetime.PerTest gives each test its own.";
    }
}
