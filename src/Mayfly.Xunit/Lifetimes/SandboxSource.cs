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
            if (await GetTemplateAsync(made, either.Token).ConfigureAwait(false) is { } template)
            {
                return await template.StartAsync(null, either.Token).ConfigureAwait(false);
            }

            var sandbox = await Sandbox.StartAsync(made, either.Token).ConfigureAwait(false);
            await PrepareAsync(sandbox, either.Token).ConfigureAwait(false);
            return sandbox;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The sandbox was not started and prepared within {StartLimit.TotalMinutes:0} minutes. The fixture's PrepareAsync waits for something that does not come, or the image took too long to make.",
                exception);
        }
    }

    /// <summary>What tests get copies of; null where each start is prepared by itself.</summary>
    private async Task<SandboxTemplate?> GetTemplateAsync(SandboxOptions made, CancellationToken cancellationToken)
    {
        await _templateGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isPreparedOnce && !made.Cold)
            {
                _template ??= await SandboxTemplate.CreateAsync(made, PrepareTemplateAsync, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            return _template;
        }
        catch (MayflyException exception) when (exception.Code == ErrorCode.TemplateUnsupported)
        {
            // Such as a network card that a frozen machine can't take along: slower, and otherwise the same.
            _isPreparedOnce = false;
            return null;
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

    private async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        try
        {
            await prepare(sandbox, cancellationToken).ConfigureAwait(false);
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
