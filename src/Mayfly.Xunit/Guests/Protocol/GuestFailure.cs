namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>What a test in the guest threw, as xUnit tells failures: the exception with those within it, in parallel lists.</summary>
/// <param name="Types">Full names of the exceptions' types; at least one.</param>
/// <param name="Messages">Their messages.</param>
/// <param name="Stacks">Their stack traces; empty where there is none.</param>
/// <param name="Parents">The numbers of the exceptions they are within; -1 for none.</param>
internal sealed record GuestFailure(string[] Types, string[] Messages, string[] Stacks, int[] Parents)
{
    /// <summary>What a failure may consist of.</summary>
    public const int MostExceptions = 64;

    /// <summary>The same with texts that are safe to print.</summary>
    public GuestFailure Neutralised() => this with
    {
        Types = [.. Types.Select(GuestText.Neutralise)],
        Messages = [.. Messages.Select(GuestText.NeutraliseLines)],
        Stacks = [.. Stacks.Select(GuestText.NeutraliseLines)],
    };

    /// <summary>In a few words.</summary>
    public override string ToString() => $"{Types[0]}: {Messages[0]}";
}
