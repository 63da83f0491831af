using Mayfly.Diagnostics;
using Mayfly.Templates;

namespace Mayfly;

/// <summary>
/// Clones of a template that are started before anybody asks for them, and have run a command already, so that the next one is
/// there at once. One that is taken is replaced in the background. Safe for use by several threads; disposal ends those that
/// nobody has taken.
/// </summary>
/// <example>
/// <code>
/// await using var template = await SandboxTemplate.CreateAsync();
/// await using var pool = new SandboxPool(template);
/// await using var sandbox = await pool.TakeAsync();
/// </code>
/// </example>
public sealed class SandboxPool : IAsyncDisposable
{
    private const int MostByDefault = 16;

    /// <summary>The part of the host's memory that machines may take which nobody has asked for yet.</summary>
    private const int MemoryShare = 4;

    /// <summary>How many are started at a time; each keeps a processor busy.</summary>
    private static readonly int MostStarts = Environment.ProcessorCount;

    private readonly SandboxTemplate _template;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _starts = new(MostStarts);
    private readonly Lock _lock = new();
    private readonly LinkedList<Task<Sandbox>> _clones = [];
    private bool _disposed;

    /// <summary>Makes a pool, which begins to fill at once.</summary>
    /// <param name="template">What its machines are clones of; must outlive the pool.</param>
    /// <param name="size">
    /// How many machines it keeps ready, 1 to 256. Default: one for each processor of the host, at most 16, as long as they could
    /// use no more than a quarter of its memory, but at least one.
    /// </param>
    /// <exception cref="SandboxConfigurationException">
    /// MAY1001: the size is out of range. MAY1017: the template's machines have a lifetime, which would begin before they are taken.
    /// </exception>
    public SandboxPool(SandboxTemplate template, int? size = null)
    {
        if (size is < 1 or > 256)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"the pool's size is {size}, but must be 1 to 256");
        }

        if (template.Options.Limits.Lifetime is not null)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TemplateUnsupported,
                "machines with Limits.Lifetime can't be pooled: their time would begin before they are taken. Leave it out, and bound what is done with each machine instead.");
        }

        _template = template;
        Size = size ?? DefaultSize(template.Options.Memory);
        lock (_lock)
        {
            Fill();
        }
    }

    /// <summary>How many machines it keeps ready.</summary>
    public int Size { get; }

    /// <summary>How many are ready now.</summary>
    public int Ready
    {
        get
        {
            lock (_lock)
            {
                return _clones.Count(IsReady);
            }
        }
    }

    /// <summary>Takes a machine, which is the caller's to dispose of; waits for one where none is ready.</summary>
    /// <param name="cancellationToken">Gives up; the machine that was waited for stays in the pool.</param>
    /// <exception cref="MayflyException">It could not be started; as <see cref="SandboxTemplate.StartAsync"/>. The next call tries again.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    public async Task<Sandbox> TakeAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var next = TakeNext();
            try
            {
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await GiveBackAsync(next).ConfigureAwait(false);
                throw;
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException && _ending.IsCancellationRequested)
            {
                throw new ObjectDisposedException(nameof(SandboxPool));
            }

            var sandbox = await next.ConfigureAwait(false);
            if (!sandbox.Ended.IsCompleted)
            {
                return await SandboxObservation.AnnounceAsync(sandbox).ConfigureAwait(false);
            }

            // It has died while it waited, which is nobody's business here.
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Task<Sandbox>> left;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            left = [.. _clones];
            _clones.Clear();
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(left.Select(EndAsync)).ConfigureAwait(false);
        }
        finally
        {
            // The last of them may be somebody's who has taken it before it was there.
            for (var start = 0; start < MostStarts; start++)
            {
                await _starts.WaitAsync().ConfigureAwait(false);
            }

            _ending.Dispose();
            _starts.Dispose();
        }
    }

    internal static int DefaultSize(ByteSize memory)
    {
        var byMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare / memory.Bytes;
        return (int)Math.Clamp(byMemory, 1, Math.Min(Environment.ProcessorCount, MostByDefault));
    }

    private static bool IsReady(Task<Sandbox> clone) => clone.IsCompletedSuccessfully && !clone.Result.Ended.IsCompleted;

    private Task<Sandbox> TakeNext()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ForgetFailures();
            Fill();
            var next = _clones.FirstOrDefault(IsReady) ?? _clones.First!.Value;
            _clones.Remove(next);
            Fill();
            return next;
        }
    }

    /// <summary>What failed before anybody asked may have had a cause that is gone. Under the lock.</summary>
    private void ForgetFailures()
    {
        foreach (var failed in _clones.Where(clone => clone.IsFaulted).ToList())
        {
            // Looked at, so that nobody reports it as overlooked.
            _ = failed.Exception;
            _clones.Remove(failed);
        }
    }

    /// <summary>The pool then has one more than it should, which the next taker takes without another in its place.</summary>
    private async Task GiveBackAsync(Task<Sandbox> clone)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _clones.AddFirst(clone);
                return;
            }
        }

        await EndAsync(clone).ConfigureAwait(false);
    }

    /// <summary>Under the lock.</summary>
    private void Fill()
    {
        // Who takes a machine has nothing to do with the one that is started in its place.
        using (ExecutionContext.SuppressFlow())
        {
            while (_clones.Count < Size)
            {
                _clones.AddLast(Task.Run(StartAsync, CancellationToken.None));
            }
        }
    }

    private async Task<Sandbox> StartAsync()
    {
        await _starts.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            var sandbox = await _template.CloneAsync(new SandboxCloneOptions(), SandboxStart.Pool, _ending.Token).ConfigureAwait(false);
            try
            {
                await WarmUp.RunAsync(sandbox, _ending.Token).ConfigureAwait(false);
                return sandbox;
            }
            catch
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _starts.Release();
        }
    }

    private static async Task EndAsync(Task<Sandbox> clone)
    {
        Sandbox sandbox;
        try
        {
            sandbox = await clone.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MayflyException or OperationCanceledException or ObjectDisposedException)
        {
            // There is nothing to end; who takes a machine is told, and nobody has taken this one.
            return;
        }

        await sandbox.DisposeAsync().ConfigureAwait(false);
    }
}
