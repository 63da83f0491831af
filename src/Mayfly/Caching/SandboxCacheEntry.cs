namespace Mayfly.Caching;

/// <summary>One thing in the cache.</summary>
public sealed record SandboxCacheEntry
{
    /// <summary>What kind of thing, such as <c>images</c> or <c>templates</c>; also the folder of the cache that it is in.</summary>
    public required string Kind { get; init; }

    /// <summary>The digest of everything that made it, in lower-case hexadecimal; also its folder's name.</summary>
    public required string Key { get; init; }

    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>What it takes of the disk; less than the length of its files, where these have holes.</summary>
    public ByteSize Size { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>When it was last used, to the hour; null where nobody keeps account of that, which is done of templates.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Whether a machine is being started from it, or somebody is making it anew; known of templates only.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether it says of itself what it is; one that doesn't is damaged or was discarded, and is made again when it is needed.</summary>
    public bool IsReadable { get; init; }

    /// <summary>What made it and what was learned in the making, for people; may hold text of a guest's. Empty where that can't be read.</summary>
    public string Description { get; init; } = "";
}
