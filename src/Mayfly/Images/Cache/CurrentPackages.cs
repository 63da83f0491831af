namespace Mayfly.Images.Cache;

/// <summary>Which packages images are made of at present, so that later starts ask nobody.</summary>
/// <param name="Packages">Keys of package entries, by source, architecture and role.</param>
internal sealed record CurrentPackages(IReadOnlyDictionary<string, string> Packages);
