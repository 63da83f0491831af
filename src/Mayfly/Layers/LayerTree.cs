using System.Text;
using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>
/// All that is in a layer. A folder comes before what is in it, other names of files come last, and no two entries have one path.
/// </summary>
internal sealed class LayerTree
{
    /// <summary>Entries a layer may have.</summary>
    public const int MostEntries = 200_000;

    /// <summary>Bytes of a path.</summary>
    public const int MostPathBytes = 3072;

    private const int MostNameBytes = 255;

    // What decoding makes of a byte that is no UTF-8.
    private const char Undecodable = '\ufffd';

    /// <summary>All bytes of its files.</summary>
    public static readonly ByteSize MostBytes = ByteSize.GiB(16);

    private readonly string _source;

    /// <summary>Makes the tree of those entries, in whatever order they come.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018: they are too many or too large, or one has an impossible name.</exception>
    public LayerTree(string source, IEnumerable<LayerEntry> entries)
    {
        _source = source;
        Entries = [.. entries.OrderBy(entry => entry.Kind == LayerEntryKind.OtherName).ThenBy(entry => entry.Path, StringComparer.Ordinal)];
        Check();
        var fingerprint = new Fingerprint().Add(Entries.Count);
        foreach (var entry in Entries)
        {
            fingerprint.Add(entry.Path).Add((int)entry.Kind).Add((int)entry.Mode).Add(entry.Content);
        }

        Digest = fingerprint.ToHex();
    }

    /// <summary>The entries; the first is the root.</summary>
    public IReadOnlyList<LayerEntry> Entries { get; }

    /// <summary>SHA-256 over names, kinds, modes and contents, by which the layer is known.</summary>
    public string Digest { get; }

    /// <summary>Refuses what no layer can have, before it is read.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018.</exception>
    public static void CheckSize(string source, long entries, long bytes)
    {
        if (entries > MostEntries)
        {
            throw LayerErrors.Unusable(source, $"it has more than {MostEntries} entries");
        }

        if (bytes > MostBytes.Bytes)
        {
            throw LayerErrors.Unusable(source, $"its files have more than {MostBytes} in all, holes of sparse files included");
        }
    }

    /// <summary>Refuses a path that is too long, or has a name that is.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018.</exception>
    public static void CheckPath(string source, string path)
    {
        // A name of a third of the bytes is short enough without being encoded.
        if (path.Length > MostNameBytes / 3
            && (Encoding.UTF8.GetByteCount(path) > MostPathBytes || path.Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > MostNameBytes)))
        {
            throw LayerErrors.Unusable(source, $"the path '{(path.Length > MostNameBytes ? $"{path[..MostNameBytes]}...' of {path.Length} characters" : $"{path}'")} has more than {MostPathBytes} bytes, or a name in it more than {MostNameBytes}");
        }
    }

    /// <summary>Whether it was read from bytes that are no text.</summary>
    public static bool IsUndecodable(string text) => text.Contains(Undecodable, StringComparison.Ordinal);

    private void Check()
    {
        CheckSize(_source, Entries.Count, Entries.Sum(entry => entry.Bytes));
        foreach (var entry in Entries)
        {
            if (IsUndecodable(entry.Path) || (entry.Kind == LayerEntryKind.Link && IsUndecodable(entry.Content)))
            {
                throw LayerErrors.Unusable(_source, $"the name or target of '{entry.Path}' is not UTF-8");
            }

            CheckPath(_source, entry.Path);
        }
    }
}
