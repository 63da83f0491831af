namespace Mayfly.Xunit.Guests.Machines;

/// <summary>How a test in a guest ended.</summary>
internal enum GuestTestOutcome
{
    /// <summary>It passed.</summary>
    Passed = 0,

    /// <summary>It failed by itself.</summary>
    Failed = 1,

    /// <summary>It decided not to run.</summary>
    Skipped = 2,
}
