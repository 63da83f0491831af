using Mayfly.Images.Cache;

namespace Mayfly.Templates;

/// <summary>
/// Where templates are: <c>KEY</c> is one, <c>KEY.lock</c> the right to change what is under that key, and <c>KEY.*.new</c> and
/// <c>KEY.*.old</c> are on their way in and out, so without the lock's holder they are debris.
/// </summary>
internal sealed class TemplateShelf(CacheDirectory cache)
{
    /// <summary>The kind of entry.</summary>
    public const string Kind = "templates";

    private const int KeyLength = 64;
    private const string LockSuffix = ".lock";
    private const string NewSuffix = ".new";
    private const string OldSuffix = ".old";

    /// <summary>The folder of all templates.</summary>
    public string Path { get; } = Below(cache.Path);

    /// <summary>The folder of all templates in the cache at a path, whether or not there is one.</summary>
    public static string Below(string cache) => System.IO.Path.Combine(cache, Kind);

    /// <summary>Whether something in that folder is on its way in or out.</summary>
    public static bool IsWork(string name) => name.EndsWith(NewSuffix, StringComparison.Ordinal) || name.EndsWith(OldSuffix, StringComparison.Ordinal);

    /// <summary>The template of a key.</summary>
    public string EntryOf(string key) => System.IO.Path.Combine(Path, key);

    /// <summary>Its manifest.</summary>
    public string ManifestOf(string key) => System.IO.Path.Combine(Path, key, CacheManifest.FileName);

    /// <summary>The lock of a key.</summary>
    public string LockOf(string key) => System.IO.Path.Combine(Path, key + LockSuffix);

    /// <summary>A place for a template that is being made.</summary>
    public string NewPlaceOf(string key) => System.IO.Path.Combine(Path, $"{key}.{System.IO.Path.GetRandomFileName()}{NewSuffix}");

    /// <summary>All keys of which there is anything.</summary>
    public IReadOnlyList<string> Keys()
    {
        try
        {
            return [.. new DirectoryInfo(Path).EnumerateFileSystemInfos()
                .Where(entry => entry.Name.Length >= KeyLength)
                .Select(entry => entry.Name[..KeyLength])
                .Where(name => name.All(char.IsAsciiHexDigitLower))
                .Distinct(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Takes the template of a key out of sight, in one step. Only under the key's lock.</summary>
    public void MoveAside(string key)
    {
        if (System.IO.Path.Exists(EntryOf(key)))
        {
            Directory.Move(EntryOf(key), System.IO.Path.Combine(Path, $"{key}.{System.IO.Path.GetRandomFileName()}{OldSuffix}"));
        }
    }

    /// <summary>Removes what dead makers and removers have left. Only under the key's lock.</summary>
    public void RemoveDebris(string key)
    {
        // Not by a pattern: .NET takes "KEY.*" to mean "KEY" as well, which is the template.
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos()
            .Where(entry => entry.Name.StartsWith(key + ".", StringComparison.Ordinal) && !entry.Name.EndsWith(LockSuffix, StringComparison.Ordinal)))
        {
            CacheDirectory.Remove(entry);
        }
    }
}
