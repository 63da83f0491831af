namespace Mayfly.MSBuild;

/// <summary>What became of a command.</summary>
/// <param name="Published">The files that were put in place, or null where it failed, which has been told then.</param>
/// <param name="ExitCode">Its exit code; null where it did not run or did not exit.</param>
/// <param name="Lines">The lines for the build, where it wants them.</param>
internal sealed record CommandOutcome(IReadOnlyList<string>? Published, int? ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>Files that tell what happened.</summary>
    public IReadOnlyList<string> LogFiles { get; init; } = [];
}
