using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// Admits one sandbox more than there are, or waits until there is a place for it. Wardens count when they make a directory,
/// under the runtime directory's lock, so that two starts can't have the same place. Those who wait stand in one queue, in
/// all processes together.
/// </summary>
internal sealed class SandboxPlaces(string agentPath, string root, TimeProvider time)
{
    private const string QueueLockName = ".queue.lock";

    /// <summary>Owners and wardens that die together free their places only when somebody reaps them.</summary>
    private static readonly TimeSpan _reapEvery = TimeSpan.FromSeconds(5);

    /// <summary>Starts a warden as soon as it may.</summary>
    /// <param name="start">Starts one, and returns null where there is no place.</param>
    /// <param name="limits">How many there may be, and what to do when there are.</param>
    /// <param name="progress">Hears that this waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SandboxConfigurationException">MAY1021: there is no place, and nobody wants to wait for one.</exception>
    public async Task<Warden> AdmitAsync(
        Func<Task<Warden?>> start,
        SandboxLimits limits,
        IProgress<SandboxProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (limits.Admission == SandboxAdmission.Fail)
        {
            return await start().ConfigureAwait(false) ?? await StartAfterReapingAsync(start, cancellationToken).ConfigureAwait(false) ?? throw Full(limits);
        }

        using var queue = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var standing = FileLock.TakeAsync(Path.Combine(root, QueueLockName), queue.Token);
        while (await Task.WhenAny(standing, Task.Delay(_reapEvery, time, cancellationToken)).ConfigureAwait(false) != standing)
        {
            // Its head may have been stopped, and then nobody would ever have a place that is free.
            cancellationToken.ThrowIfCancellationRequested();
            if (await start().ConfigureAwait(false) is { } warden)
            {
                await queue.CancelAsync().ConfigureAwait(false);
                _ = standing.ContinueWith(
                    late => late.Result.Dispose(),
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default);
                return warden;
            }
        }

        if (standing.IsCanceled)
        {
            // By the caller's token, which the linked one hides.
            cancellationToken.ThrowIfCancellationRequested();
        }

        using var turn = await standing.ConfigureAwait(false);
        using var watcher = new FileSystemWatcher(root) { NotifyFilter = NotifyFilters.DirectoryName };
        var change = NewSignal();

        // A sandbox's directory goes by being renamed.
        watcher.Renamed += (_, _) => Volatile.Read(ref change).TrySetResult();
        watcher.Deleted += (_, _) => Volatile.Read(ref change).TrySetResult();
        watcher.EnableRaisingEvents = true;
        for (var isFirst = true; ; isFirst = false)
        {
            Volatile.Write(ref change, NewSignal());
            if (await start().ConfigureAwait(false) is { } warden)
            {
                return warden;
            }

            if (isFirst)
            {
                progress?.Report(new SandboxProgress($"waiting for one of {limits.Sandboxes} sandboxes to end"));
            }

            await Task.WhenAny(change.Task, Task.Delay(_reapEvery, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!change.Task.IsCompleted)
            {
                await Reaper.ReapAllAsync(agentPath, root).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Warden?> StartAfterReapingAsync(Func<Task<Warden?>> start, CancellationToken cancellationToken)
    {
        await Reaper.ReapAllAsync(agentPath, root).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await start().ConfigureAwait(false);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SandboxConfigurationException Full(SandboxLimits limits) => new(
        ErrorCode.TooManySandboxes,
        $"there are {limits.Sandboxes} sandboxes already, and Limits.Sandboxes allows no more. Wait for one to end (SandboxAdmission.Wait), allow more, or see with `mayfly ps` which there are.");
}
