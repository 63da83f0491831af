using Mayfly.Images.Cache;
using Mayfly.Native;

namespace Mayfly.Layers;

/// <summary>What a layer is made of whose files have the paths that they have on the host, links in those resolved.</summary>
/// <param name="guestPath">Where the guest sees the layer.</param>
internal sealed class HostTree(string guestPath)
{
    private readonly SortedDictionary<string, HostEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>All of it, in the order of the paths.</summary>
    public IReadOnlyList<HostEntry> Entries => [.. _entries.Values];

    /// <summary>Adds a file where its own path leads, and, where the name is a link, a link of that name.</summary>
    /// <returns>The file, by a path without links.</returns>
    public string AddFile(string path)
    {
        var real = RealPath.Of(path);
        AddFile(real, real);
        AddName(path, real);
        return real;
    }

    /// <summary>Adds a file of the host at another path.</summary>
    public void AddFile(string path, string file) =>
        Add(new HostEntry(path[1..], LayerEntryKind.File, file, FileIdentity.Of(file) is { IsRegularFile: true } identity ? identity : throw new FileNotFoundException($"{file} is no file")));

    /// <summary>Adds a folder with all that is in it where its own path leads, and, where the name is a link, a link of that name.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="without">Names in it that are left out.</param>
    /// <returns>The files in it, by paths without links.</returns>
    public IReadOnlyList<string> AddFolder(string path, params ReadOnlySpan<string> without)
    {
        var real = RealPath.Of(path);
        var files = new List<string>();
        foreach (var entry in FolderList.Read(real, without))
        {
            Add(entry with
            {
                Path = Below(real, entry.Path),
                Target = entry.Kind == LayerEntryKind.OtherName ? Below(real, entry.Target) : entry.Target,
            });
            if (entry.Kind is LayerEntryKind.File or LayerEntryKind.OtherName)
            {
                files.Add(entry.HostPath);
            }
        }

        AddName(path, real);
        return files;
    }

    /// <summary>Adds a link of that name to a place in the layer, unless the name leads there without one.</summary>
    public void AddName(string path, string real)
    {
        var named = Path.Combine(RealPath.Of(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        if (named != real)
        {
            AddLink(named, real);
        }
    }

    /// <summary>Adds a link to a place in the layer.</summary>
    public void AddLink(string path, string target)
    {
        // Joined with the root, the guest's own links may be on the way, and '..' would not lead back over them.
        var written = guestPath == "/" ? target : Path.GetRelativePath(Path.GetDirectoryName(path)!, target);
        Add(new HostEntry(path[1..], LayerEntryKind.Link, "", null, written));
    }

    private void Add(HostEntry entry)
    {
        _entries[entry.Path] = entry;
        for (var path = Path.GetDirectoryName(entry.Path); path is not null; path = path.Length > 0 ? Path.GetDirectoryName(path) ?? "" : null)
        {
            _entries.TryAdd(path, new HostEntry(path, LayerEntryKind.Folder, "", null));
        }
    }

    private static string Below(string folder, string path) => path.Length == 0 ? folder[1..] : $"{folder[1..]}/{path}";
}
