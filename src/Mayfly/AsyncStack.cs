using System.Runtime.ExceptionServices;

namespace Mayfly;

/// <summary>
/// Resources in order of creation, released in reverse. A release that fails does not keep the others from theirs;
/// the first failure is thrown at the end. Disposal is idempotent: later calls await the first.
/// </summary>
internal sealed class AsyncStack : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<IAsyncDisposable> _resources = new();
    private Task? _release;

    /// <summary>Adds a resource that now exists and returns it.</summary>
    public T Push<T>(T resource)
        where T : IAsyncDisposable
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_release is not null, this);
            _resources.Push(resource);
            return resource;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_release ??= ReleaseAsync());
        }
    }

    private async Task ReleaseAsync()
    {
        ExceptionDispatchInfo? first = null;
        while (_resources.TryPop(out var resource))
        {
            try
            {
                await resource.DisposeAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The others must be released whatever this one throws; the first failure is rethrown.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
    }
}
