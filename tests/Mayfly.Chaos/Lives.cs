namespace Mayfly.Chaos;

/// <summary>How long owners' lives and phases last on this host, for random moments in them.</summary>
internal sealed class Lives
{
    private readonly TimeSpan[] _phases;

    private Lives(OwnerProcess owner)
    {
        Life = owner.Life;
        _phases = [.. Enum.GetValues<OwnerPhase>().Select(owner.DurationOf)];
    }

    /// <summary>The whole.</summary>
    public TimeSpan Life { get; }

    /// <summary>Lets one live undisturbed, after another, which finds out what is then remembered of the host.</summary>
    public static async Task<Lives> MeasureAsync(string runtimeDirectory, string? cache, string order)
    {
        if (cache is null)
        {
            using var first = new OwnerProcess(runtimeDirectory);
            first.Tell(order);
            await first.Done.WaitAsync(ChaosRound.LifeLimit);
        }

        using var owner = new OwnerProcess(runtimeDirectory, cache);
        owner.Tell(order);
        await owner.Done.WaitAsync(ChaosRound.LifeLimit);
        return owner.Failure is { } failure || owner.Phase != OwnerPhase.Done
            ? throw new InvalidOperationException($"an owner does not live even undisturbed: {owner.Failure} {await owner.ReadErrorsAsync(TimeSpan.FromSeconds(1))}")
            : new Lives(owner);
    }

    /// <summary>How long a phase lasts.</summary>
    public TimeSpan Of(OwnerPhase phase) => _phases[(int)phase];
}
