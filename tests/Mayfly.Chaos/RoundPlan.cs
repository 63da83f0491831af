namespace Mayfly.Chaos;

/// <summary>What happens in a round, which follows from its number and the seed.</summary>
/// <param name="Victims">Who is killed.</param>
/// <param name="Moment">How the moment is chosen.</param>
/// <param name="Phase">The phase in which it lies, where it is chosen by phase.</param>
/// <param name="Fraction">How far into the phase or the life it lies, from 0 to 1.</param>
/// <param name="IsReversed">Whether of a pair the second is killed first.</param>
/// <param name="ByNextStart">Whether what two deaths leave is cleared by another sandbox's start rather than by the reaper.</param>
internal sealed record RoundPlan(Victims Victims, Moment Moment, OwnerPhase Phase, double Fraction, bool IsReversed, bool ByNextStart)
{
    private const ulong SeedStride = 0x9E3779B97F4A7C15;

    /// <summary>The plan of one round.</summary>
    public static RoundPlan Of(ulong seed, Victims victims, int round)
    {
        var random = new Random(unchecked((int)((((seed * SeedStride) + ((ulong)victims << 32) + (ulong)round) * SeedStride) >> 32)));
        return new RoundPlan(
            victims,
            (Moment)random.Next(Enum.GetValues<Moment>().Length),
            (OwnerPhase)random.Next((int)OwnerPhase.Done),
            random.NextDouble(),
            random.Next(2) == 0,
            random.Next(3) == 0);
    }

    public override string ToString() => Moment switch
    {
        Moment.InPhase => $"{Fraction:P0} into {Phase}",
        Moment.InLife => $"{Fraction:P0} into life",
        _ => $"as soon as it is there, and {Fraction:P0} of a moment",
    };
}
