using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Layers;

/// <summary>Files of the host's as a layer.</summary>
/// <param name="name">How messages name them.</param>
/// <param name="list">Lists them as they are now.</param>
internal sealed class HostLayerSource(string name, Func<IReadOnlyList<HostEntry>> list) : LayerSource
{
    private readonly Dictionary<string, string> _hostPaths = [];
    private LayerTree? _tree;

    public override string Name => name;

    public override async Task<string> ReadAsync(FileDigests digests, CancellationToken cancellationToken)
    {
        var entries = new List<LayerEntry>();
        _hostPaths.Clear();
        foreach (var entry in list())
        {
            var content = entry.Target;
            if (entry.Kind == LayerEntryKind.File)
            {
                content = digests.Find(entry.Identity!) ?? await DigestAsync(entry, digests, cancellationToken).ConfigureAwait(false);
                _hostPaths.Add(entry.Path, entry.HostPath);
            }

            entries.Add(new LayerEntry(entry.Path, entry.Kind, entry.Mode, entry.Kind == LayerEntryKind.File ? entry.Identity!.Bytes : 0, content));
        }

        _tree = new LayerTree(name, entries);
        return _tree.Digest;
    }

    public override async Task CopyAsync(string folder, string scratch, CancellationToken cancellationToken)
    {
        var copy = new LayerCopy(folder);
        foreach (var entry in _tree!.Entries)
        {
            if (entry.Kind == LayerEntryKind.File)
            {
                using var file = Open(_hostPaths[entry.Path]);
                var content = new FileStream(file, FileAccess.Read, 0);
                await using (content.ConfigureAwait(false))
                {
                    await copy.AddFileAsync(entry, content, cancellationToken).ConfigureAwait(false);
                }
            }
            else
            {
                copy.Add(entry);
            }
        }
    }

    private async Task<string> DigestAsync(HostEntry entry, FileDigests digests, CancellationToken cancellationToken)
    {
        using var file = Open(entry.HostPath);
        if (FileIdentity.Of(file) != entry.Identity)
        {
            throw new LayerChangedException(entry.HostPath);
        }

        var content = new FileStream(file, FileAccess.Read, 0);
        await using (content.ConfigureAwait(false))
        {
            var digest = await Fingerprint.OfStreamAsync(content, cancellationToken).ConfigureAwait(false);
            if (FileIdentity.Of(file) != entry.Identity)
            {
                throw new LayerChangedException(entry.HostPath);
            }

            digests.Remember(entry.Identity!, digest);
            return digest;
        }
    }

    private SafeFileHandle Open(string path)
    {
        try
        {
            return Libc.OpenEntry(path);
        }
        catch (IOException exception)
        {
            throw Path.Exists(path) ? LayerErrors.Unusable(name, exception.Message, exception) : new LayerChangedException(path);
        }
    }
}
