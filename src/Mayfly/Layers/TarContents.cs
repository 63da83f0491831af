using System.Formats.Tar;
using System.Text;

namespace Mayfly.Layers;

/// <summary>
/// What a tar archive makes, built up entry by entry. Nothing is written anywhere: an archive is anybody's, and what would
/// land outside or behind a link is refused. A later entry of a path replaces an earlier one.
/// </summary>
/// <param name="source">How messages name the archive.</param>
internal sealed class TarContents(string source)
{
    private const int ImpliedFolderMode = 0x1ed; // rwxr-xr-x
    private const int MostTargetBytes = 4095;

    private readonly Dictionary<string, LayerEntry> _entries = new()
    {
        [""] = new LayerEntry("", LayerEntryKind.Folder, LayerEntry.ModeOf(LayerEntryKind.Folder, ImpliedFolderMode), 0, ""),
    };

    private readonly Dictionary<string, int> _numbers = [];
    private readonly HashSet<string> _linkedTo = [];
    private LayerEntry? _last;
    private long _bytes;

    /// <summary>Which entry of the archive has the content of a file.</summary>
    public int NumberOf(string path) => _numbers[path];

    /// <summary>The tree that all entries so far make.</summary>
    public LayerTree ToTree() => new(source, _entries.Values);

    /// <summary>Adds the next entry.</summary>
    /// <returns>Whether it is a file, whose content must be read and <see cref="SetDigest"/> called.</returns>
    /// <exception cref="SandboxConfigurationException">MAY1018: no layer can have it.</exception>
    public bool Add(TarEntry entry, int number)
    {
        // Those that are replaced count as well: they are read.
        LayerTree.CheckSize(source, Math.Max(number + 1, _entries.Count), _bytes = checked(_bytes + entry.Length));
        if (entry.EntryType is TarEntryType.Fifo or TarEntryType.GlobalExtendedAttributes)
        {
            return false;
        }

        var path = Normalise(entry.Name);
        var kind = KindOf(entry);
        AddParents(path);
        if (path.Length == 0 && kind != LayerEntryKind.Folder)
        {
            throw LayerErrors.Unusable(source, $"the name of its entry '{entry.Name}' is empty");
        }

        Replace(path, kind);
        var content = kind switch
        {
            LayerEntryKind.Link => TargetOf(entry),
            LayerEntryKind.OtherName => FileOf(entry.LinkName, path),
            _ => "",
        };
        _last = new LayerEntry(path, kind, LayerEntry.ModeOf(kind, (int)entry.Mode), kind == LayerEntryKind.File ? entry.Length : 0, content);
        _entries[path] = _last;
        _numbers[path] = number;
        return kind == LayerEntryKind.File;
    }

    /// <summary>Tells the digest of the file that was added last.</summary>
    public void SetDigest(string digest) => _entries[_last!.Path] = _last with { Content = digest };

    private LayerEntryKind KindOf(TarEntry entry) => entry.EntryType switch
    {
        TarEntryType.Directory => LayerEntryKind.Folder,
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile when !IsSparse(entry) => LayerEntryKind.File,
        TarEntryType.SymbolicLink => LayerEntryKind.Link,
        TarEntryType.HardLink => LayerEntryKind.OtherName,
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => throw LayerErrors.Unusable(source, $"'{entry.Name}' is a device, which no layer can have"),
        _ => throw LayerErrors.Unusable(source, $"'{entry.Name}' is of a kind that is not supported ({entry.EntryType}); make the archive without sparse files and increments"),
    };

    // GNU tar keeps a map of the holes in what looks like the content.
    private static bool IsSparse(TarEntry entry) =>
        entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal));

    private string Normalise(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (parts.Contains("..") || name.Contains('\0', StringComparison.Ordinal))
        {
            throw LayerErrors.Unusable(source, $"its entry '{name}' would land outside the layer");
        }

        var path = string.Join('/', parts);
        LayerTree.CheckPath(source, path);
        return path;
    }

    private string TargetOf(TarEntry entry) =>
        entry.LinkName.Length > 0 && !entry.LinkName.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(entry.LinkName) <= MostTargetBytes
            ? entry.LinkName
            : throw LayerErrors.Unusable(source, $"the target of its link '{entry.Name}' is empty, longer than {MostTargetBytes} bytes, or has a zero in it");

    private void AddParents(string path)
    {
        // Upwards, as far as it takes: a folder that is known has all of its parents.
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var parent = path[..slash];
            if (_entries.TryGetValue(parent, out var entry))
            {
                if (entry.Kind != LayerEntryKind.Folder)
                {
                    throw LayerErrors.Unusable(source, $"its entry '{path}' lies behind '{parent}', which is no folder");
                }

                return;
            }

            LayerTree.CheckSize(source, _entries.Count, _bytes);
            _entries.Add(parent, new LayerEntry(parent, LayerEntryKind.Folder, LayerEntry.ModeOf(LayerEntryKind.Folder, ImpliedFolderMode), 0, ""));
        }
    }

    private void Replace(string path, LayerEntryKind kind)
    {
        if (_entries.TryGetValue(path, out var old) && ((old.Kind == LayerEntryKind.Folder) != (kind == LayerEntryKind.Folder) || _linkedTo.Contains(path)))
        {
            throw LayerErrors.Unusable(source, $"its entry '{path}' comes twice, and the second can't replace the first");
        }
    }

    private string FileOf(string linkName, string path)
    {
        var target = Normalise(linkName);
        var file = _entries.GetValueOrDefault(target) switch
        {
            { Kind: LayerEntryKind.File } when target != path => target,
            { Kind: LayerEntryKind.OtherName } other => other.Content,
            _ => throw LayerErrors.Unusable(source, $"its entry '{path}' is another name of '{linkName}', which no file before it has"),
        };
        _linkedTo.Add(file);
        return file;
    }
}
