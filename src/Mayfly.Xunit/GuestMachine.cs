namespace Mayfly.Xunit;

/// <summary>The machine a guest test runs in, as its body sees it.</summary>
public static class GuestMachine
{
    /// <summary>The folder whose files come back from the guest when the test is over, also where it failed.</summary>
    public const string ArtifactsFolder = "/artifacts";

    /// <summary>Whether this code runs in the machine of a guest test, and not on the host.</summary>
    public static bool IsCurrent { get; } = Environment.GetEnvironmentVariable("MAYFLY_GUEST") == "1";
}
