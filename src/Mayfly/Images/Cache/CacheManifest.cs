namespace Mayfly.Images.Cache;

/// <summary>What an entry says of itself in its manifest.json.</summary>
internal sealed record CacheManifest
{
    /// <summary>The file's name within the entry.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The kind of entry.</summary>
    public required string Kind { get; init; }

    /// <summary>What made it.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>What was learned in the making, such as the kernel's release.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Its files.</summary>
    public required IReadOnlyList<CacheEntryFile> Files { get; init; }

    /// <summary>The Mayfly that made it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>SHA-256 over all of the above, by which a damaged manifest is known.</summary>
    public string Seal { get; init; } = "";

    /// <summary>What <see cref="Seal"/> must be.</summary>
    public string ComputeSeal()
    {
        var fingerprint = new Fingerprint().Add(Kind).Add(Inputs).Add(Facts).Add(MadeBy).Add(Files.Count);
        foreach (var file in Files)
        {
            fingerprint.Add(file.Path).Add(file.Bytes).Add(file.Sha256);
        }

        return fingerprint.ToHex();
    }
}
