namespace Mayfly.Forwarding;

/// <summary>The forwards of one sandbox, which end with it.</summary>
internal sealed class OpenForwards : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SandboxForward> _forwards = [];
    private bool _ended;

    public IReadOnlyList<SandboxForward> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _forwards];
            }
        }
    }

    /// <returns>False where the sandbox has ended: the forward stays the caller's.</returns>
    public bool TryAdd(SandboxForward forward)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _forwards.Add(forward);
            }

            return !_ended;
        }
    }

    public void Remove(SandboxForward forward)
    {
        lock (_gate)
        {
            _forwards.Remove(forward);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ended = true;
        }

        foreach (var forward in All)
        {
            await forward.DisposeAsync().ConfigureAwait(false);
        }
    }
}
