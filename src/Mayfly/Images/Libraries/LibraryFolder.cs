namespace Mayfly.Images.Libraries;

/// <summary>Shared libraries at hand, by the names under which programs ask for them.</summary>
/// <param name="others">Where those are looked for that it has not.</param>
internal sealed class LibraryFolder(LibraryFolder? others = null)
{
    private readonly Dictionary<string, string> _files = [];
    private readonly Dictionary<string, string> _links = [];
    private readonly List<string> _folders = [];

    /// <summary>Offers a file of the host under a name. The first of a name stays.</summary>
    public void AddFile(string name, string path) => _files.TryAdd(name, path);

    /// <summary>Offers under a name whatever another name stands for. The first of a name stays.</summary>
    public void AddLink(string name, string target) => _links.TryAdd(name, target);

    /// <summary>Offers the files of a folder of the host, after all others.</summary>
    public void AddFolder(string path) => _folders.Add(path);

    /// <summary>The host's file of that name; null where there is none.</summary>
    public string? Find(string name) => FindOwn(name) ?? FindInFolders(name) ?? others?.Find(name);

    // A program may ask for a path, which is for the loader to follow.
    private string? FindInFolders(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? null : _folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private string? FindOwn(string name)
    {
        // Links that lead in a circle are walked once round.
        for (var steps = 0; steps <= _links.Count; steps++)
        {
            if (_files.TryGetValue(name, out var path))
            {
                return path;
            }

            if (!_links.TryGetValue(name, out name!))
            {
                return null;
            }
        }

        return null;
    }
}
