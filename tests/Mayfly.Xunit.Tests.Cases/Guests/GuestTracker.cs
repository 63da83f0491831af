namespace Coverlet.Core.Instrumentation.Tracker;

/// <summary>What coverlet puts into an assembly that it has instrumented, as far as others see it.</summary>
internal static class GuestTracker
{
    /// <summary>How often each place was passed.</summary>
#pragma warning disable CA2211 // That is how coverlet has it.
    public static int[] HitsArray = new int[8];
#pragma warning restore CA2211
}
