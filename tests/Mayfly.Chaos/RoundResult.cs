namespace Mayfly.Chaos;

/// <summary>What came of a round.</summary>
/// <param name="Plan">What was to happen.</param>
/// <param name="Number">The round's number among those with the same victims.</param>
/// <param name="Phase">The owner's phase at the kill.</param>
/// <param name="WasMissed">Whether the owner had come to its end before the moment.</param>
/// <param name="TimeToClean">From the kill, or from the start of the reaper, until nothing was left; null where something stayed.</param>
/// <param name="Left">What was left when the time was up.</param>
/// <param name="Trouble">What else was wrong; null where nothing was.</param>
/// <param name="Report">The error by which the owner told of its victim's death; null where it did not.</param>
internal sealed record RoundResult(
    RoundPlan Plan, int Number, OwnerPhase Phase, bool WasMissed, TimeSpan? TimeToClean, IReadOnlyList<string> Left, string? Trouble, string? Report)
{
    public bool IsFine => TimeToClean is not null && Left.Count == 0 && Trouble is null;

    public override string ToString() =>
        $"round {Number} of {VictimNames.Of(Plan.Victims)}: {Plan}, hit in {Phase}{(WasMissed ? " (missed)" : "")}: "
        + (IsFine ? $"clean after {TimeToClean!.Value.TotalMilliseconds:0} ms" : string.Join("\n  ", [Trouble ?? "left in time", .. Left]));
}
