using System.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Chaos;

/// <summary>One owner's life, a kill in it, and the look at what is left.</summary>
/// <param name="plan">What is to happen.</param>
/// <param name="number">The round's number.</param>
/// <param name="runtimeDirectory">The owners' XDG_RUNTIME_DIR.</param>
/// <param name="cache">The round's own image cache; null for the user's.</param>
/// <param name="lives">How long lives last.</param>
internal sealed class ChaosRound(RoundPlan plan, int number, string runtimeDirectory, string? cache, Lives lives)
{
    /// <summary>An undisturbed life takes two seconds on a quiet host.</summary>
    public static readonly TimeSpan LifeLimit = TimeSpan.FromSeconds(90);

    /// <summary>What is promised.</summary>
    private static readonly TimeSpan _cleanLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long it is looked whether it comes late or never.</summary>
    private static readonly TimeSpan _lateLimit = TimeSpan.FromSeconds(8);

    /// <summary>How long an owner may take to say that its machine or warden is gone, and to end.</summary>
    private static readonly TimeSpan _reportLimit = TimeSpan.FromSeconds(15);

    /// <summary>How much of a teardown the machine and the warden live to see.</summary>
    private const double TeardownShare = 0.3;

    private static readonly TimeSpan _atBirth = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(5);

    private readonly string _root = Path.Combine(runtimeDirectory, "mayfly");

    /// <summary>What the owner is told to do.</summary>
    public string Order { get; init; } = cache is null ? OwnerProgram.Live : OwnerProgram.MakeImage;

    private bool HasPool => Order == OwnerProgram.LivePool;

    /// <summary>How long the owner is stopped before it is killed.</summary>
    public TimeSpan Halt { get; init; }

    /// <summary>Runs the round with an owner that waits for its order.</summary>
    public async Task<RoundResult> RunAsync(OwnerProcess owner)
    {
        var remains = new Remains(owner.Mark, _root, cache);
        owner.Tell(Order);
        await WaitForMomentAsync(owner);
        var targets = await FindTargetsAsync(owner);
        remains.Notice();
        var wasMissed = targets.Count == 0 || owner.Done.IsCompleted;
        var phase = owner.Phase;
        await HaltAsync(owner);
        targets.ForEach(target => _ = Libc.Kill(target, Libc.SIGKILL));

        var clock = Stopwatch.StartNew();
        return plan.Victims.HasFlag(Victims.Owner) || plan.Victims == Victims.ImageOwner
            ? await JudgeDeadOwnerAsync(owner, remains, phase, wasMissed, clock)
            : await JudgeLivingOwnerAsync(owner, remains, phase, wasMissed, clock);
    }

    private async Task WaitForMomentAsync(OwnerProcess owner)
    {
        switch (plan.Moment)
        {
            case Moment.InPhase when Order != OwnerProgram.MakeImage:
                await owner.Reached(plan.Phase).WaitAsync(LifeLimit);
                await Task.WhenAny(owner.Done, Task.Delay(lives.Of(plan.Phase) * plan.Fraction * (plan.Phase == OwnerPhase.Teardown ? TeardownShare : 1)));
                break;
            case Moment.AtBirth:
                _ = await FindTargetsAsync(owner);
                await Task.WhenAny(owner.Done, Task.Delay(_atBirth * plan.Fraction));
                break;
            default:
                await owner.Reached(OwnerPhase.Starting).WaitAsync(LifeLimit);
                await Task.WhenAny(owner.Done, Task.Delay(lives.Life * plan.Fraction));
                break;
        }
    }

    /// <summary>The victims, waiting until all of them are there or the owner's life is over.</summary>
    private async Task<List<int>> FindTargetsAsync(OwnerProcess owner)
    {
        await owner.Reached(OwnerPhase.Starting);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (TryFindTargets(owner) is { } targets)
            {
                return targets;
            }

            if (owner.Done.IsCompleted || clock.Elapsed > LifeLimit)
            {
                return plan.Victims.HasFlag(Victims.Owner) ? [owner.ProcessId] : [];
            }

            await Task.Delay(1);
        }
    }

    private List<int>? TryFindTargets(OwnerProcess owner)
    {
        var targets = new List<int>();
        if (plan.Victims.HasFlag(Victims.Owner) || plan.Victims == Victims.ImageOwner)
        {
            targets.Add(owner.ProcessId);
        }

        if ((plan.Victims & (Victims.Warden | Victims.Monitor)) != 0)
        {
            var processes = ProcessTable.Find(owner.Mark);
            if (HasPool && plan.Victims == (Victims.Owner | Victims.Warden))
            {
                // Of several machines and a template: all that would clear up after the owner.
                int[] guardians = [.. processes.Where(process => (process.IsWarden || process.IsKeeper) && process.ParentId == owner.ProcessId).Select(process => process.ProcessId)];
                return guardians.Length == 0 ? null : plan.IsReversed ? [.. guardians, owner.ProcessId] : [owner.ProcessId, .. guardians];
            }

            var warden = processes.FirstOrDefault(process => process.IsWarden && process.ParentId == owner.ProcessId)?.ProcessId;
            var monitor = processes.FirstOrDefault(process => process.ParentId == warden)?.ProcessId;
            foreach (var (victim, process) in new[] { (Victims.Warden, warden), (Victims.Monitor, monitor) })
            {
                if (plan.Victims.HasFlag(victim))
                {
                    if (process is null)
                    {
                        return null;
                    }

                    targets.Add(process.Value);
                }
            }
        }

        if (plan.IsReversed)
        {
            targets.Reverse();
        }

        return targets;
    }

    private async Task HaltAsync(OwnerProcess owner)
    {
        if (Halt > TimeSpan.Zero)
        {
            _ = Libc.Kill(owner.ProcessId, Libc.SIGSTOP);
            await Task.Delay(Halt);
        }
    }

    private async Task<RoundResult> JudgeDeadOwnerAsync(OwnerProcess owner, Remains remains, OwnerPhase phase, bool wasMissed, Stopwatch clock)
    {
        if (!plan.Victims.HasFlag(Victims.Warden))
        {
            var (clean, left) = await WaitUntilCleanAsync(remains, null, clock);
            return new RoundResult(plan, number, phase, wasMissed, clean, left, null, null);
        }

        // Both guardians are dead: the kernel ends the processes, and the next start does the rest.
        while (clock.Elapsed < _cleanLimit && ProcessTable.Find(owner.Mark).Count > 0)
        {
            remains.Notice();
            await Task.Delay(_step);
        }

        var running = ProcessTable.Find(owner.Mark);
        var trouble = running.Count > 0 ? $"still running although both guardians are dead: {string.Join("; ", running)}" : null;
        clock.Restart();
        trouble ??= plan.ByNextStart ? await StartNextAsync() : await ReapAsync();
        if (HasPool)
        {
            EvictTemplates(cache!);
        }

        var (time, rest) = await WaitUntilCleanAsync(remains, null, clock);
        return new RoundResult(plan, number, phase, wasMissed, time, rest, trouble, null);
    }

    private async Task<RoundResult> JudgeLivingOwnerAsync(OwnerProcess owner, Remains remains, OwnerPhase phase, bool wasMissed, Stopwatch clock)
    {
        if (HasPool)
        {
            return await JudgeLivingPoolAsync(owner, remains, phase, wasMissed);
        }

        var (clean, left) = await WaitUntilCleanAsync(remains, owner.ProcessId, clock);
        string? trouble = null;
        try
        {
            await owner.Done.WaitAsync(_reportLimit);
            trouble = owner switch
            {
                { Phase: not OwnerPhase.Done } => $"the owner died in {owner.Phase}: {await owner.ReadErrorsAsync(_reportLimit)}",
                { Failure: { } failure } when failure.StartsWith("internal", StringComparison.Ordinal) || failure.StartsWith("MAY4", StringComparison.Ordinal) => failure,

                // A clone that is lost on its way is started once more, which its owner need not hear of.
                { Failure: null } when !wasMissed && phase is > OwnerPhase.Booting and < OwnerPhase.Pull => "the owner did not notice",
                _ => null,
            };
        }
        catch (TimeoutException)
        {
            trouble = $"{Trouble.Hang}: the owner said nothing for {_reportLimit.TotalSeconds:0} s, in {owner.Phase}";
        }

        return new RoundResult(plan, number, phase, wasMissed, clean, left, trouble, owner.Failure);
    }

    /// <summary>Other machines may do without the dead one, which then is nobody's business: it is enough that the life has an end, and that nothing is left by then.</summary>
    private async Task<RoundResult> JudgeLivingPoolAsync(OwnerProcess owner, Remains remains, OwnerPhase phase, bool wasMissed)
    {
        string? trouble = null;
        try
        {
            await owner.Done.WaitAsync(LifeLimit);
            trouble = owner switch
            {
                { Phase: not OwnerPhase.Done } => $"the owner died in {owner.Phase}: {await owner.ReadErrorsAsync(_reportLimit)}",
                { Failure: { } failure } when failure.StartsWith("internal", StringComparison.Ordinal) || failure.StartsWith("MAY4", StringComparison.Ordinal) => failure,
                _ => null,
            };
        }
        catch (TimeoutException)
        {
            trouble = $"{Trouble.Hang}: the owner did not end within {LifeLimit.TotalSeconds:0} s, in {owner.Phase}";
        }

        var (clean, left) = await WaitUntilCleanAsync(remains, owner.ProcessId, Stopwatch.StartNew());
        return new RoundResult(plan, number, phase, wasMissed, clean, left, trouble, owner.Failure);
    }

    /// <summary>As the next maker of a template does, and <c>mayfly cache prune</c>.</summary>
    public static void EvictTemplates(string cache) =>
        new TemplateEviction(new TemplateShelf(CacheDirectory.Open(cache)), NullLogger.Instance).Run(TemplateLimits.Default, TimeProvider.System.GetUtcNow());

    private static async Task<(TimeSpan? Clean, IReadOnlyList<string> Left)> WaitUntilCleanAsync(Remains remains, int? except, Stopwatch clock)
    {
        IReadOnlyList<string>? late = null;
        while (true)
        {
            remains.Notice();
            var found = remains.Find(except);
            if (found.Count == 0)
            {
                return late is null ? (clock.Elapsed, []) : (clock.Elapsed, [$"gone only after {clock.ElapsedMilliseconds} ms", .. late]);
            }

            if (clock.Elapsed > _cleanLimit)
            {
                late ??= found;
            }

            if (clock.Elapsed > _lateLimit)
            {
                return (null, found);
            }

            await Task.Delay(_step);
        }
    }

    private async Task<string?> StartNextAsync()
    {
        using var next = new OwnerProcess(runtimeDirectory);
        next.Tell(OwnerProgram.Claim);
        await next.Done.WaitAsync(LifeLimit);
        return next.Failure is { } failure ? $"the next start failed: {failure}" : null;
    }

    private async Task<string?> ReapAsync()
    {
        using var reaper = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "mayfly-agent"), ["reap", _root]) { RedirectStandardOutput = true })!;
        var said = await reaper.StandardOutput.ReadToEndAsync();
        await reaper.WaitForExitAsync();
        return reaper.ExitCode == 0 ? null : $"the reaper ended with {reaper.ExitCode}: {said}";
    }
}
