namespace Mayfly.Agent.Warden;

/// <summary><c>warden --remove DIR -- PROGRAM ARGS...</c></summary>
/// <param name="Directory">What to remove at the end; absolute.</param>
/// <param name="Program">The program and its arguments.</param>
internal sealed record WardenCommand(string Directory, IReadOnlyList<string> Program)
{
    public const string Usage = "usage: mayfly-agent warden --remove DIR -- PROGRAM [ARGS...]  (DIR is absolute)";

    /// <returns>The command; null where the arguments are not one.</returns>
    public static WardenCommand? Parse(IReadOnlyList<string> arguments) =>
        arguments is ["warden", "--remove", ['/', _, ..] directory, "--", _, ..]
            ? new WardenCommand(directory, [.. arguments.Skip(4)])
            : null;
}
