using Mayfly.Images.Cache;

namespace Mayfly.Templates;

/// <summary>What is on the disk under a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Path">The template's folder.</param>
/// <param name="Exists">Whether there is a template, whole or damaged, rather than what a maker has left.</param>
/// <param name="Bytes">What its files occupy.</param>
/// <param name="LastUsed">When a machine was last started from it, to the hour; when it was made, where that never happened.</param>
internal sealed record StoredTemplate(string Key, string Path, bool Exists, long Bytes, DateTimeOffset LastUsed)
{
    /// <summary>Looks.</summary>
    public static StoredTemplate Read(TemplateShelf shelf, string key)
    {
        var path = shelf.EntryOf(key);
        return new StoredTemplate(key, path, Directory.Exists(path), DiskUsage.Of(path), LastUse(path));
    }

    /// <summary>The last use of the template in a folder.</summary>
    public static DateTimeOffset LastUse(string folder) =>
        (FileIdentity.Of(TemplateRecord.PathOf(folder))
            ?? FileIdentity.Of(System.IO.Path.Combine(folder, CacheManifest.FileName))
            ?? FileIdentity.Of(folder))?.Modified ?? DateTimeOffset.MinValue;
}
