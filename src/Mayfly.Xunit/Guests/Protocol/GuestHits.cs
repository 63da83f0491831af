namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>How often places in an instrumented assembly were passed, in parallel lists.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Places">Numbers of places.</param>
/// <param name="Counts">How often each was passed.</param>
internal sealed record GuestHits(string Assembly, int[] Places, int[] Counts)
{
    /// <summary>Places that a message tells of.</summary>
    public const int MostPlaces = 64 * 1024;
}
