using Mayfly.Diagnostics;
using Mayfly.Templates;

namespace Mayfly;

/// <summary>
/// Clones of a template that are started before anybody asks for them, and have run a command already, so that the next one is
/// there at once. One that is taken is replaced in the background, and so is one that dies; a start that fails is tried again
/// when somebody takes a machine. Safe for use by several threads; disposal ends those that nobody has taken.
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
    private const int MostAtAll = 256;

    /// <summary>The part of the host's memory that machines may take which nobody has asked for yet.</summary>
    private const int MemoryShare = 4;

    private readonly SandboxTemplate _template;
    private readonly Func<Sandbox, CancellationToken, Task> _exercise;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();

    // All of these under the lock.
    private readonly LinkedList<Sandbox> _ready = [];
    private readonly LinkedList<TaskCompletionSource<Sandbox>> _takers = [];
    private readonly HashSet<Task> _work = [];
    private int _starting;
    private bool _hasFailed;
    private Task? _disposal;

    /// <summary>Makes a pool, which begins to fill at once.</summary>
    /// <param name="template">What its machines are clones of; must outlive the pool.</param>
    /// <param name="size">
    /// How many machines it keeps ready, 1 to 256, and no more than <see cref="SandboxLimits.Sandboxes"/> allows. Default: one for
    /// each processor of the host, at most 16, as long as they could use no more than a quarter of its memory, but at least one.
    /// </param>
    /// <param name="exercise">
    /// What each clone does before it is handed out, so that it is not done for the first time when somebody waits: emulated code is
    /// in no template. A failure is the start's failure. Null: it runs a command that does nothing.
    /// </param>
    /// <exception cref="SandboxConfigurationException">
    /// MAY1001: the size is out of range. MAY1017: the template's machines have a lifetime, which would begin before they are taken.
    /// </exception>
    public SandboxPool(SandboxTemplate template, int? size = null, Func<Sandbox, CancellationToken, Task>? exercise = null)
    {
        var most = Math.Min(MostAtAll, template.Options.Limits.Sandboxes ?? MostAtAll);
        if (size < 1 || size > most)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"the pool's size is {size}, but must be 1 to {most}");
        }

        if (template.Options.Limits.Lifetime is not null)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TemplateUnsupported,
                "machines with Limits.Lifetime can't be pooled: their time would begin before they are taken. Leave it out, and bound what is done with each machine instead.");
        }

        _template = template;
        _exercise = exercise ?? WarmUp.RunAsync;
        Size = size ?? Math.Min(DefaultSize(template.Options.Memory), most);
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
                return _ready.Count;
            }
        }
    }

    /// <summary>Takes a machine, which is the caller's to dispose of; waits for the next one where none is ready.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="MayflyException">It could not be started; as <see cref="SandboxTemplate.StartAsync"/>. The next call tries again.</exception>
    /// <exception cref="ObjectDisposedException">The pool, or its template, was disposed of.</exception>
    public async Task<Sandbox> TakeAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var sandbox = await NextAsync(cancellationToken).ConfigureAwait(false);
            if (!sandbox.Ended.IsCompleted)
            {
                return await SandboxObservation.AnnounceAsync(sandbox).ConfigureAwait(false);
            }

            // It has died just now, which is nobody's business here.
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends all machines that nobody has taken, and returns when they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        Task disposal;
        lock (_lock)
        {
            disposal = _disposal ??= EndAsync();
        }

        await disposal.ConfigureAwait(false);
    }

    internal static int DefaultSize(ByteSize memory)
    {
        var byMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare / memory.Bytes;
        return (int)Math.Clamp(byMemory, 1, Math.Min(Environment.ProcessorCount, MostByDefault));
    }

    private async Task<Sandbox> NextAsync(CancellationToken cancellationToken)
    {
        var taker = new TaskCompletionSource<Sandbox>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            cancellationToken.ThrowIfCancellationRequested();
            _hasFailed = false;
            if (_ready.First is { } first)
            {
                _ready.RemoveFirst();
                taker.SetResult(first.Value);
            }
            else
            {
                _takers.AddLast(taker);
            }

            Fill();
        }

        using (cancellationToken.Register(() => GiveUp(taker, cancellationToken)))
        {
            return await taker.Task.ConfigureAwait(false);
        }
    }

    private void GiveUp(TaskCompletionSource<Sandbox> taker, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Who is no longer in the list has a machine, or an error, already.
            if (_takers.Remove(taker))
            {
                taker.SetCanceled(cancellationToken);
            }
        }
    }

    /// <summary>Begins as many starts as are wanting, a few at a time. Under the lock.</summary>
    private void Fill()
    {
        while (_disposal is null && !_hasFailed && _starting < Environment.ProcessorCount && _ready.Count + _starting < Size + _takers.Count)
        {
            _starting++;

            // Who takes a machine has nothing to do with the one that is started in its place.
            using (ExecutionContext.SuppressFlow())
            {
                Follow(Task.Run(StartAsync, CancellationToken.None));
            }
        }
    }

    /// <summary>Keeps a task in mind until it has ended. Under the lock.</summary>
    private void Follow(Task task)
    {
        _work.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (_lock)
                {
                    _work.Remove(ended);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task StartAsync()
    {
        try
        {
            var sandbox = await _template.CloneAsync(new SandboxCloneOptions(), SandboxStart.Pool, _ending.Token).ConfigureAwait(false);
            try
            {
                await _exercise(sandbox, _ending.Token).ConfigureAwait(false);
            }
            catch
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            await HandOutAsync(sandbox).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is, it is for who waits for a machine to hear.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }

    private async Task HandOutAsync(Sandbox sandbox)
    {
        lock (_lock)
        {
            _starting--;
            if (_disposal is null)
            {
                if (_takers.First is { } taker)
                {
                    _takers.RemoveFirst();
                    taker.Value.SetResult(sandbox);
                }
                else
                {
                    _ready.AddLast(sandbox);
                    Follow(ReplaceWhenDeadAsync(sandbox));
                }

                Fill();
                return;
            }
        }

        await sandbox.DisposeAsync().ConfigureAwait(false);
    }

    private void Fail(Exception exception)
    {
        lock (_lock)
        {
            _starting--;
            _hasFailed = true;
            if (_takers.First is { } taker)
            {
                _takers.RemoveFirst();
                taker.Value.SetException(exception);

                // The others hear of a failure of their own.
                _hasFailed = _takers.Count == 0;
            }

            Fill();
        }
    }

    private async Task ReplaceWhenDeadAsync(Sandbox sandbox)
    {
        await Task.WhenAny(sandbox.Ended, Task.Delay(Timeout.Infinite, _ending.Token)).ConfigureAwait(false);
        lock (_lock)
        {
            if (_disposal is not null || !_ready.Remove(sandbox))
            {
                // Somebody has taken it, or it is about to be ended.
                return;
            }

            Fill();
        }

        await sandbox.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begun under the lock, so that nothing is started or handed out from here on.</summary>
    private async Task EndAsync()
    {
        List<Sandbox> ready = [.. _ready];
        List<TaskCompletionSource<Sandbox>> takers = [.. _takers];
        List<Task> work = [.. _work];
        _ready.Clear();
        _takers.Clear();

        await Task.Yield();
        await _ending.CancelAsync().ConfigureAwait(false);
        foreach (var taker in takers)
        {
            taker.SetException(new ObjectDisposedException(nameof(SandboxPool)));
        }

        await Task.WhenAll([.. work, .. ready.Select(sandbox => sandbox.DisposeAsync().AsTask())]).ConfigureAwait(false);
        _ending.Dispose();
    }
}
