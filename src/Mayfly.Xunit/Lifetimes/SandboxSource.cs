using System.Runtime.ExceptionServices;

namespace Mayfly.Xunit.Lifetimes;

/// <summary>Where a fixture's sandboxes come from: each is started and prepared.</summary>
/// <param name="options">What a sandbox is made of; asked for at each start.</param>
/// <param name="prepare">What is done to it before a test sees it.</param>
internal sealed class SandboxSource(Func<SandboxOptions> options, Func<Sandbox, CancellationToken, Task> prepare)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);

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

    private async Task<Sandbox> StartOneAsync(CancellationToken cancellationToken)
    {
        var made = options();
        using var limit = new CancellationTokenSource(StartLimit, made.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
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
