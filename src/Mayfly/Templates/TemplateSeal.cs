using System.Text;
using System.Text.Json;
using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>
/// Manifest and record of a template. Nothing is brought to the disk by force, which for its memory may take seconds: what a host
/// that dies has not written fails its digest after the next boot, and until then the kernel gives back what it was given.
/// </summary>
internal static class TemplateSeal
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxManifestBytes = 1024 * 1024;

    // A file that changes twice within one tick of the kernel's clock keeps its change time.
    private static readonly TimeSpan _clockTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Seals what a maker has filled a folder with.</summary>
    public static async Task SealAsync(
        string folder, CacheKey key, IReadOnlyDictionary<string, string> facts, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        foreach (var path in paths)
        {
            File.SetUnixFileMode(path, Private);
        }

        // Their change times are then past, and what is hashed now can be believed by later starts as well.
        await Task.Delay(_clockTick, time, cancellationToken).ConfigureAwait(false);
        var identities = paths.Select(path => FileIdentity.Of(path)!).ToList();
        var files = await Task.Run(() => paths.Select(path => Digest(folder, path, cancellationToken)).ToList(), cancellationToken).ConfigureAwait(false);
        var manifest = new CacheManifest
        {
            Kind = key.Kind,
            Inputs = key.Inputs,
            Facts = facts,
            Files = files,
            MadeBy = $"Mayfly {typeof(TemplateSeal).Assembly.GetName().Version?.ToString(3)}",
        };
        manifest = manifest with { Seal = manifest.ComputeSeal() };
        var manifestPath = Path.Combine(folder, CacheManifest.FileName);
        await File.WriteAllBytesAsync(
            manifestPath, JsonSerializer.SerializeToUtf8Bytes(manifest, CacheJson.Default.CacheManifest), cancellationToken).ConfigureAwait(false);
        File.SetUnixFileMode(manifestPath, Private);

        using var sealedManifest = Libc.OpenExisting(manifestPath)!;
        Write(folder, TemplateRecord.Describe(new CacheEntry(folder, key, files, facts), identities, sealedManifest));
    }

    /// <summary>Checks a template by its digests, and remembers that it is whole.</summary>
    /// <returns>The template, or what is wrong with it.</returns>
    public static async Task<CacheLookup> VerifyAsync(
        string folder, CacheKey key, SafeFileHandle hold, TimeProvider time, CancellationToken cancellationToken)
    {
        var settledNs = (time.GetUtcNow() - _clockTick - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (ReadManifest(hold) is not { } manifest || new CacheKey(manifest.Kind, manifest.Inputs) is var found && (found.Kind, found.Value) != (key.Kind, key.Value))
        {
            return new CacheLookup(null, $"{CacheManifest.FileName} is missing or damaged");
        }

        var identities = new List<FileIdentity>();
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Path);
            if (FileIdentity.Of(path) is not { } identity)
            {
                return new CacheLookup(null, $"{file.Path} is missing");
            }

            identities.Add(identity);
            var damage = identity switch
            {
                { IsPrivate: false } => "is no file of this user's alone",
                _ when identity.Bytes != file.Bytes => "has another length",
                _ => await Task.Run(() => Digest(folder, path, cancellationToken), cancellationToken).ConfigureAwait(false) == file ? null : "is not what it was",
            };
            if (damage is not null)
            {
                return new CacheLookup(null, $"{file.Path} {damage}");
            }
        }

        var entry = new CacheEntry(folder, key, manifest.Files, manifest.Facts);
        if (identities.TrueForAll(identity => identity.ChangedNs < settledNs))
        {
            TryWrite(folder, TemplateRecord.Describe(entry, identities, hold));
        }

        return new CacheLookup(entry, null);
    }

    /// <summary>What a manifest says; null where it is emptied or damaged.</summary>
    public static CacheManifest? ReadManifest(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length is 0 or > MaxManifestBytes)
        {
            return null;
        }

        var bytes = new byte[length];
        var count = RandomAccess.Read(file, bytes, 0);
        try
        {
            var manifest = JsonSerializer.Deserialize(bytes.AsSpan(0, count), CacheJson.Default.CacheManifest);
            return manifest is not null && !manifest.Files.Contains(null!) && manifest.Seal == manifest.ComputeSeal() ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CacheEntryFile Digest(string folder, string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new CacheEntryFile(Path.GetRelativePath(folder, path), RandomAccess.GetLength(file), SparseDigest.Of(file, cancellationToken));
    }

    private static void TryWrite(string folder, string record)
    {
        try
        {
            Write(folder, record);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start verifies again.
        }
    }

    // In place: half a record has not its checksum, and is none.
    private static void Write(string folder, string record)
    {
        var path = TemplateRecord.PathOf(folder);
        File.WriteAllText(path, record, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.SetUnixFileMode(path, Private);
    }
}
