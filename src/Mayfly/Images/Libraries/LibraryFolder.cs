namespace Mayfly.Images.Libraries;

/// <summary>Shared libraries at hand, by the names under which programs ask for them.</summary>
internal sealed class LibraryFolder
{
    private readonly Dictionary<string, string> _files = [];
    private readonly Dictionary<string, string> _links = [];

    /// <summary>Offers a file of the host under a name. The first of a name stays.</summary>
    public void AddFile(string name, string path) => _files.TryAdd(name, path);

    /// <summary>Offers under a name whatever another name stands for. The first of a name stays.</summary>
    public void AddLink(string name, string target) => _links.TryAdd(name, target);

    /// <summary>The host's file of that name; null where there is none.</summary>
    public string? Find(string name)
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
