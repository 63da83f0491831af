using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>
/// Where the tests of an assembly that want the same get their machines: copies of one that is made once, with a worker in it that
/// has loaded the assembly. The first test gets one that is started for it; once a second one asks, some are kept ready.
/// </summary>
internal sealed class GuestMachines
{
    private static readonly ConcurrentDictionary<string, GuestMachines> _all = new();

    /// <summary>How long machines are kept ready for tests that do not come.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly GuestMachineMaker _maker;

    // Of machines in the pool, which keep the connection by which they were exercised.
    private readonly ConditionalWeakTable<Sandbox, GuestSeat> _seats = [];
    private readonly Lock _lock = new();

    // Under the lock.
    private Task<SandboxTemplate?>? _template;
    private SandboxPool? _pool;
    private Timer? _idle;
    private bool _hasBeenAsked;
    private int _takers;

    private bool IsAwaited
    {
        get
        {
            lock (_lock)
            {
                return _takers > 0;
            }
        }
    }

    private GuestMachines(GuestMachineMaker maker) => _maker = maker;

    /// <summary>The machines of a test's settings.</summary>
    /// <param name="settings">What the test's machine is.</param>
    /// <param name="exercises">Serialized test cases that do nothing, the simplest first.</param>
    public static GuestMachines Of(GuestTestSettings settings, IReadOnlyList<string> exercises) =>
        _all.GetOrAdd(settings.MachineKey, _ => new GuestMachines(new GuestMachineMaker(settings, exercises)));

    /// <summary>A machine with a worker; the caller's to dispose of.</summary>
    /// <param name="progress">Hears what takes long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MayflyException">It can't be had.</exception>
    public async Task<GuestSeat> TakeAsync(IProgress<SandboxProgress> progress, CancellationToken cancellationToken)
    {
        if (await TemplateAsync(progress).WaitAsync(cancellationToken).ConfigureAwait(false) is not { } template)
        {
            return await GuestSeat.InAsync(await _maker.BootAsync(progress, cancellationToken).ConfigureAwait(false), _maker.Settings, cancellationToken).ConfigureAwait(false);
        }

        if (EnterPool(template) is not { } pool)
        {
            return await GuestSeat.InAsync(
                await template.StartAsync(new SandboxCloneOptions { Progress = progress }, cancellationToken).ConfigureAwait(false), _maker.Settings, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var sandbox = await pool.TakeAsync(cancellationToken).ConfigureAwait(false);
            return _seats.TryGetValue(sandbox, out var seat) ? seat : await GuestSeat.InAsync(sandbox, _maker.Settings, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LeavePool();
        }
    }

    /// <summary>What machines are copies of, made by the first who asks; null where each has to be booted. A failure is everybody's.</summary>
    private Task<SandboxTemplate?> TemplateAsync(IProgress<SandboxProgress> progress)
    {
        lock (_lock)
        {
            return _template ??= Task.Run(() => _maker.MakeTemplateAsync(progress, CancellationToken.None));
        }
    }

    private SandboxPool? EnterPool(SandboxTemplate template)
    {
        lock (_lock)
        {
            if (!_hasBeenAsked)
            {
                _hasBeenAsked = true;
                return null;
            }

            _takers++;
            return _pool ??= new SandboxPool(template, exercise: ExerciseAsync);
        }
    }

    /// <summary>
    /// Makes a machine ready to be taken. Where nobody waits it also runs a test that does nothing; a test that waits is served sooner
    /// without, for an emulated machine takes longer for that than the test then takes less.
    /// </summary>
    private async Task ExerciseAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        var seat = await GuestSeat.InAsync(sandbox, _maker.Settings, cancellationToken).ConfigureAwait(false);
        if (!IsAwaited)
        {
            await _maker.ExerciseAsync(seat, cancellationToken).ConfigureAwait(false);
        }

        _seats.Add(sandbox, seat);
    }

    private void LeavePool()
    {
        lock (_lock)
        {
            _takers--;
            _idle ??= new Timer(_ => GiveUpPool());
            _idle.Change(_patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void GiveUpPool()
    {
        SandboxPool? pool;
        lock (_lock)
        {
            // Who waits for longer, on a host that has much to do, would begin anew again and again.
            if (_takers > 0)
            {
                return;
            }

            (pool, _pool) = (_pool, null);
        }

        // What can't be removed is found by the next start, and by the inventory.
        _ = pool?.DisposeAsync().AsTask();
    }
}
