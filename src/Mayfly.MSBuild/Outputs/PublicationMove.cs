namespace Mayfly.MSBuild.Outputs;

/// <summary>One file that takes its place, or gives it up. A link that is to be replaced is both, one after the other.</summary>
/// <param name="Number">By which its files in the waiting folder are named.</param>
/// <param name="Source">Relative to the area; null for a file that only goes.</param>
/// <param name="Target">Absolute.</param>
/// <param name="Replaces">Whether there was an ordinary file before.</param>
/// <param name="Aside">The folder on the target's file system in which the new and the old file wait; null where they do in the area.</param>
internal sealed record PublicationMove(int Number, string? Source, string Target, bool Replaces, string? Aside)
{
    /// <summary>The folder of an area in which old files wait.</summary>
    public const string BackupFolder = "old";

    /// <summary>Where the new file is until the one rename that puts it in place; null for a file that only goes.</summary>
    public string? WaitingIn(string area) => Source is null ? null : Aside is null ? Path.Combine(area, Source) : Path.Combine(Aside, $"{Number}.new");

    /// <summary>Where the old file is from then on.</summary>
    public string BackupIn(string area) => Path.Combine(Aside ?? Path.Combine(area, BackupFolder), $"{Number}");
}
