namespace Mayfly.Layers.Dotnet;

/// <summary>Which versions will do instead of the one that an application names, the strictest first; the host's own words for them.</summary>
internal enum RollForward
{
    /// <summary>None.</summary>
    Disable = 0,

    /// <summary>The highest patch.</summary>
    LatestPatch = 1,

    /// <summary>The lowest minor version that is there, with its highest patch.</summary>
    Minor = 2,

    /// <summary>The highest minor version.</summary>
    LatestMinor = 3,

    /// <summary>The lowest major version that is there.</summary>
    Major = 4,

    /// <summary>The highest version.</summary>
    LatestMajor = 5,
}
