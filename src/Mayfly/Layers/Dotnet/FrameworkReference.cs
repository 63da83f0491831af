namespace Mayfly.Layers.Dotnet;

/// <summary>A shared framework that an application, or another framework, asks for.</summary>
/// <param name="Name">Its name, such as Microsoft.NETCore.App.</param>
/// <param name="Version">The lowest version that will do.</param>
/// <param name="RollForward">Which higher ones will.</param>
internal sealed record FrameworkReference(string Name, FrameworkVersion Version, RollForward RollForward)
{
    /// <summary>Whether a version will do.</summary>
    public bool Allows(FrameworkVersion version)
    {
        var order = version.CompareTo(Version);
        return order == 0 || (order > 0 && RollForward >= Least(version));
    }

    /// <summary>The version that .NET takes among those installed; null where none will do. A preview is the last resort, unless one is asked for.</summary>
    public FrameworkVersion? Choose(IReadOnlyCollection<FrameworkVersion> installed) =>
        (Version.IsPrerelease ? null : Best([.. installed.Where(version => !version.IsPrerelease)])) ?? Best(installed);

    /// <summary>Both of two references to one framework; null where no version can do for both.</summary>
    public FrameworkReference? Join(FrameworkReference other)
    {
        var (lower, higher) = Version.CompareTo(other.Version) <= 0 ? (this, other) : (other, this);
        return lower.Allows(higher.Version)
            ? higher with { RollForward = (RollForward)Math.Min((int)lower.RollForward, (int)higher.RollForward) }
            : null;
    }

    private FrameworkVersion? Best(IReadOnlyCollection<FrameworkVersion> installed)
    {
        var allowed = installed.Where(Allows).ToList();
        var nearest = RollForward is RollForward.LatestMinor or RollForward.LatestMajor ? allowed.Max() : allowed.Min();
        return nearest is null || RollForward == RollForward.Disable
            ? nearest
            : allowed.Where(version => (version.Major, version.Minor) == (nearest.Major, nearest.Minor)).Max();
    }

    private RollForward Least(FrameworkVersion version) =>
        version.Major != Version.Major ? RollForward.Major : version.Minor != Version.Minor ? RollForward.Minor : RollForward.LatestPatch;
}
