using System.Security.Cryptography;
using Mayfly.Native;

namespace Mayfly.Layers;

/// <summary>Makes a layer's tree in a folder of its own, which nobody else writes to. Folders come before what is in them.</summary>
/// <param name="folder">An empty folder.</param>
internal sealed class LayerCopy(string folder)
{
    private const int BufferBytes = 128 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Adds what is no file.</summary>
    public void Add(LayerEntry entry)
    {
        var path = PathOf(entry.Path);
        switch (entry.Kind)
        {
            case LayerEntryKind.Folder:
                Directory.CreateDirectory(path);
                File.SetUnixFileMode(path, entry.Mode);
                break;
            case LayerEntryKind.Link:
                File.CreateSymbolicLink(path, entry.Content);
                break;
            case LayerEntryKind.OtherName:
                FileCalls.MakeOtherName(PathOf(entry.Content), path);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry), entry.Kind, null);
        }
    }

    /// <summary>Adds a file with that content.</summary>
    /// <exception cref="LayerChangedException">It is not the content of the entry.</exception>
    public async Task AddFileAsync(LayerEntry entry, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileStream(PathOf(entry.Path), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        await using (file.ConfigureAwait(false))
        {
            var left = entry.Bytes;
            int count;

            // No more than was there, however fast it grows.
            while ((count = await content.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false)) > 0 && (left -= count) >= 0)
            {
                hash.AppendData(_buffer, 0, count);
                await file.WriteAsync(_buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            if (left != 0 || Convert.ToHexStringLower(hash.GetHashAndReset()) != entry.Content)
            {
                throw new LayerChangedException(entry.Path);
            }

            File.SetUnixFileMode(file.SafeFileHandle, entry.Mode);
        }
    }

    /// <summary>Adds a file that lies beside the tree, and has been checked, by moving it.</summary>
    public void Adopt(LayerEntry entry, string file)
    {
        var path = PathOf(entry.Path);
        File.Move(file, path);
        File.SetUnixFileMode(path, entry.Mode);
    }

    private string PathOf(string path) => path.Length == 0 ? folder : Path.Combine(folder, path);
}
