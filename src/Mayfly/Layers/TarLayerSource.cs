using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>A tar archive as a layer. It is read once to know what it makes, and where that is not there yet, once more to make it.</summary>
/// <param name="path">The archive's absolute path; it is compressed with gzip or not.</param>
internal sealed class TarLayerSource(string path) : LayerSource
{
    private const int BufferBytes = 128 * 1024;

    private string _digest = "";

    public override string Name => $"the archive {path}";

    public override async Task<string> ReadAsync(FileDigests digests, CancellationToken cancellationToken)
    {
        var identity = FileIdentity.Of(path) is { IsRegularFile: true } file
            ? file
            : throw LayerErrors.Unusable(Name, Path.Exists(path) ? "it is not a file" : "there is no such file");
        _digest = digests.Find(identity) ?? "";
        if (_digest.Length == 0)
        {
            var contents = await ReadContentsAsync(
                async (content, _) => Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false)),
                cancellationToken).ConfigureAwait(false);
            _digest = contents.ToTree().Digest;
            if (FileIdentity.Of(path) != identity)
            {
                throw new LayerChangedException(path);
            }

            digests.Remember(identity, _digest);
        }

        return _digest;
    }

    public override async Task CopyAsync(string folder, string scratch, CancellationToken cancellationToken)
    {
        var contents = await ReadContentsAsync((content, number) => KeepAsync(content, PathOf(scratch, number), cancellationToken), cancellationToken).ConfigureAwait(false);
        var tree = contents.ToTree();
        if (tree.Digest != _digest)
        {
            throw new LayerChangedException(path);
        }

        var copy = new LayerCopy(folder);
        foreach (var entry in tree.Entries)
        {
            if (entry.Kind == LayerEntryKind.File)
            {
                copy.Adopt(entry, PathOf(scratch, contents.NumberOf(entry.Path)));
            }
            else
            {
                copy.Add(entry);
            }
        }
    }

    /// <summary>Reads the archive; <paramref name="digestOf"/> is given each file's content and its number, and returns its SHA-256.</summary>
    private async Task<TarContents> ReadContentsAsync(Func<Stream, int, Task<string>> digestOf, CancellationToken cancellationToken)
    {
        var contents = new TarContents(Name);
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                var input = new TarInput(IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file);
                var archive = new TarReader(input);
                await using (archive.ConfigureAwait(false))
                {
                    for (var number = 0; await NextAsync(archive, input, cancellationToken).ConfigureAwait(false) is { } entry; number++)
                    {
                        if (contents.Add(entry, number))
                        {
                            contents.SetDigest(await digestOf(entry.DataStream ?? Stream.Null, number).ConfigureAwait(false));
                        }
                    }
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or EndOfStreamException or NotSupportedException
            or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw LayerErrors.Unusable(Name, $"it is no tar archive that can be read, compressed with gzip or not ({exception.Message})", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw LayerErrors.Unusable(Name, $"it can't be read ({exception.Message})", exception);
        }

        return contents;
    }

    private static async ValueTask<TarEntry?> NextAsync(TarReader archive, TarInput input, CancellationToken cancellationToken)
    {
        input.AllowHeaders();
        var entry = await archive.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        input.AllowContent(entry?.Length ?? 0);
        return entry;
    }

    private static bool IsGzip(FileStream file)
    {
        var isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return isGzip;
    }

    private static async Task<string> KeepAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string PathOf(string scratch, int number) => Path.Combine(scratch, number.ToString(CultureInfo.InvariantCulture));
}
