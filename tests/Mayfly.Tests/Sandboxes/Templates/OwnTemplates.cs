using Mayfly.Images.Cache;
using Mayfly.Templates;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>A cache with no templates but a test's own, and with the images of the user's.</summary>
internal sealed class OwnTemplates : IDisposable
{
    private const string Variable = "MAYFLY_CACHE";

    // Made anew, and those that are about one cache alone.
    private static readonly string[] _own = [TemplateShelf.Kind, "tmp", "lock"];

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly bool _isMade;

    /// <param name="directory">Where it is to be; null for a new place, which goes with it.</param>
    public OwnTemplates(string? directory = null)
    {
        _isMade = directory is null;
        Cache = directory ?? Directory.CreateTempSubdirectory("mayfly-test-").FullName;
        foreach (var entry in Directory.EnumerateFileSystemEntries(CacheDirectory.Open().Path).Where(entry => !_own.Contains(Path.GetFileName(entry))))
        {
            File.CreateSymbolicLink(Path.Combine(Cache, Path.GetFileName(entry)), entry);
        }

        Environment.SetEnvironmentVariable(Variable, Cache);
    }

    public string Cache { get; }

    /// <summary>All there is of templates, locks and what is on its way in or out included.</summary>
    public IReadOnlyList<string> Entries
    {
        get
        {
            var shelf = Path.Combine(Cache, TemplateShelf.Kind);
            return Directory.Exists(shelf) ? [.. Directory.EnumerateFileSystemEntries(shelf).Order(StringComparer.Ordinal)] : [];
        }
    }

    /// <summary>The one template, or the folder in which one is made.</summary>
    public string Folder => Entries.Single(Directory.Exists);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        if (_isMade)
        {
            Directory.Delete(Cache, recursive: true);
        }
    }
}
