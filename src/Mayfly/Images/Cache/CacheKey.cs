namespace Mayfly.Images.Cache;

/// <summary>What an entry is made of, which is also its name: the same inputs make the same entry.</summary>
internal sealed record CacheKey
{
    /// <summary>Creates the key of an entry that is made of <paramref name="inputs"/>.</summary>
    public CacheKey(string kind, IReadOnlyDictionary<string, string> inputs)
    {
        Kind = kind;
        Inputs = inputs;
        Value = new Fingerprint().Add(kind).Add(inputs).ToHex();
    }

    /// <summary>The kind of entry, a folder of the cache.</summary>
    public string Kind { get; }

    /// <summary>What makes it, by name.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; }

    /// <summary>SHA-256 over kind and inputs, in lower-case hexadecimal.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Value[..12]}";
}
