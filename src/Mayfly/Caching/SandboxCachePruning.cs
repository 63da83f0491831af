namespace Mayfly.Caching;

/// <summary>What is to be removed from the cache.</summary>
public sealed record SandboxCachePruning
{
    /// <summary>
    /// Whether everything goes that is not in use, what later starts need included: they make or download it again. Starts that
    /// go on meanwhile may fail. Default: no, only what is outdated, damaged, or beyond the limits on templates.
    /// </summary>
    public bool All { get; init; }

    /// <summary>Whether only templates are looked at. Default: no.</summary>
    public bool TemplatesOnly { get; init; }
}
