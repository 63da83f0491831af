using System.Security.Cryptography;
using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Layers;

/// <summary>Files of the host's as a layer.</summary>
/// <param name="name">How messages name them.</param>
/// <param name="list">Lists them as they are now.</param>
internal sealed class HostLayerSource(string name, Func<IReadOnlyList<HostEntry>> list) : LayerSource
{
    private const int BufferBytes = 128 * 1024;

    private readonly Dictionary<string, HostEntry> _files = [];
    private readonly byte[] _buffer = new byte[BufferBytes];
    private LayerTree? _tree;

    public override string Name => name;

    public override async Task<string> ReadAsync(FileDigests digests, CancellationToken cancellationToken)
    {
        var entries = new List<LayerEntry>();
        _files.Clear();
        foreach (var entry in list())
        {
            var content = entry.Target;
            if (entry.Kind == LayerEntryKind.File)
            {
                content = digests.Find(entry.Identity!) ?? await DigestAsync(entry, digests, cancellationToken).ConfigureAwait(false);
                _files.Add(entry.Path, entry);
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
                using var file = Open(_files[entry.Path]);
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
        using var file = Open(entry);
        var content = new FileStream(file, FileAccess.Read, 0);
        await using (content.ConfigureAwait(false))
        {
            var digest = await HashAsync(content, entry, cancellationToken).ConfigureAwait(false);
            if (FileIdentity.Of(file) != entry.Identity)
            {
                throw new LayerChangedException(entry.HostPath);
            }

            digests.Remember(entry.Identity!, digest);
            return digest;
        }
    }

    private async Task<string> HashAsync(FileStream content, HostEntry entry, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = entry.Identity!.Bytes;
        int count;
        while ((count = await content.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            // Somebody may write as fast as this reads.
            if ((left -= count) < 0)
            {
                throw new LayerChangedException(entry.HostPath);
            }

            hash.AppendData(_buffer, 0, count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Opens the file that was listed, and no other that has come to its path.</summary>
    private SafeFileHandle Open(HostEntry entry)
    {
        SafeFileHandle file;
        try
        {
            file = Libc.OpenEntry(entry.HostPath);
        }
        catch (IOException exception)
        {
            throw Path.Exists(entry.HostPath) ? LayerErrors.Unusable(name, exception.Message, exception) : new LayerChangedException(entry.HostPath);
        }

        if (FileIdentity.Of(file) == entry.Identity)
        {
            return file;
        }

        file.Dispose();
        throw new LayerChangedException(entry.HostPath);
    }
}
