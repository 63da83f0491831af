using System.Runtime.ExceptionServices;
using Mayfly.Diagnostics;
using Mayfly.Xunit.Execution;

namespace Mayfly.Xunit.Lifetimes;

/// <summary>
/// Where a fixture's sandboxes come from: each is started and prepared, or is a copy of one that was prepared and frozen.
/// </summary>
/// <param name="options">What a sandbox is made of; asked for at each start.</param>
/// <param name="prepare">What is done to it before a test sees it.</param>
/// <param name="isPreparedOnce">Whether the preparation is worth a template of its own.</param>
internal sealed class SandboxSource(Func<SandboxOptions> options, Func<Sandbox, CancellationToken, Task> prepare, bool isPreparedOnce) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _templateGate = new(1);
    private SandboxTemplate? _template;
    private bool _isPreparedOnce = isPreparedOnce;
    private ExceptionDispatchInfo? _firstFailure;
    private bool _proven;

    /// <summary>Starts a sandbox and prepares it.</summary>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="MayflyException">It could not be started, or none ever could.</exception>
    public async Task<Sandbox> StartAsync(CancellationToken cancellationToken)
    {
        // Where the first start fails, each later one would at the same cost: a boot that hangs takes its minute for every test.
        _firstFailure?.Throw();
        try
        {
            var sandbox = await StartOneAsync(cancellationToken).ConfigureAwait(false);
            _proven = true;
            return sandbox;
        }
        catch (Exception exception) when (!_proven && exception is not OperationCanceledException)
        {
            _firstFailure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    /// <summary>Gives up the template. No start may be under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_template is not null)
        {
            await _template.DisposeAsync().ConfigureAwait(false);
        }

        _templateGate.Dispose();
    }

    private async Task<Sandbox> StartOneAsync(CancellationToken cancellationToken)
    {
        var made = options();
        using var limit = new CancellationTokenSource(StartLimit, made.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await CloneAsync(made, either.Token).ConfigureAwait(false)
                ?? await StartPreparedAsync(made, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The sandbox was not started and prepared within {StartLimit.TotalMinutes:0} minutes. The fixture's PrepareAsync waits for something that does not come, or the image took too long to make.",
                exception);
        }
    }

    /// <summary>A copy of the machine that was prepared once; null where each is prepared by itself.</summary>
    private async Task<Sandbox?> CloneAsync(SandboxOptions made, CancellationToken cancellationToken)
    {
        try
        {
            return await GetTemplateAsync(made, cancellationToken).ConfigureAwait(false) is { } template
                ? await template.StartAsync(OwnOf(made), cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (MayflyException exception) when (exception.Code is ErrorCode.TemplateUnsupported or ErrorCode.TemplateFailed or ErrorCode.CacheUnwritable)
        {
            // Nobody has asked for a template, so that its trouble is none of theirs: slower, and otherwise the same.
            if (Interlocked.Exchange(ref _isPreparedOnce, false))
            {
                var why = $"PrepareAsync is done for each test, for its result can't be copied: {exception.Message}";
                TestScope.Current?.Note(why);
                made.Progress?.Report(new SandboxProgress(why));
            }

            return null;
        }
    }

    private static SandboxCloneOptions OwnOf(SandboxOptions made) => new()
    {
        Name = made.Name,
        HostName = made.HostName,
        Limits = made.Limits,
        Layers = made.Layers.Any(layer => layer.Slot is not null) ? made.Layers : null,
        Progress = made.Progress,
        Trace = made.Trace,
    };

    /// <summary>What tests get copies of; null where each start is prepared by itself.</summary>
    private async Task<SandboxTemplate?> GetTemplateAsync(SandboxOptions made, CancellationToken cancellationToken)
    {
        await _templateGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _isPreparedOnce && !made.Cold
                ? _template ??= await SandboxTemplate.CreateAsync(made, PrepareTemplateAsync, cancellationToken: cancellationToken).ConfigureAwait(false)
                : null;
        }
        finally
        {
            _templateGate.Release();
        }
    }

    /// <summary>What was done for all tests is not the first one's doing, unless it fails.</summary>
    private async Task PrepareTemplateAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        await prepare(sandbox, cancellationToken).ConfigureAwait(false);
        TestScope.Current?.Forget(sandbox);
    }

    private async Task<Sandbox> StartPreparedAsync(SandboxOptions made, CancellationToken cancellationToken)
    {
        var sandbox = await Sandbox.StartAsync(made, cancellationToken).ConfigureAwait(false);
        try
        {
            await prepare(sandbox, cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch (Exception failure)
        {
            try
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
            }
            catch (MayflyException left)
            {
                throw new AggregateException(failure, left);
            }

            throw;
        }
    }
}
