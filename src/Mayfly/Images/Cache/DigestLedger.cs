namespace Mayfly.Images.Cache;

/// <summary>
/// Digests of large files, each taken once per boot of the host and whenever the file has changed; what a crash or a
/// failing disk did to a file is thus noticed after the next boot at the latest, and a start costs a stat per file.
/// </summary>
internal sealed class DigestLedger(CacheDirectory cache, TimeProvider timeProvider)
{
    // A file that changes twice within one tick of the kernel's clock keeps its change time.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(cache.Path, "digests.json");
    private readonly string _bootId = ReadBootId();
    private Dictionary<string, FileDigest>? _files;
    private bool _changed;

    /// <summary>The digest of the file behind an absolute path; null where there is none.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public async Task<FileDigest?> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (FileIdentity.Of(path) is not { } identity)
        {
            return null;
        }

        lock (_gate)
        {
            if (Files.TryGetValue(path, out var known) && known.Identity == identity)
            {
                return known;
            }
        }

        var settled = timeProvider.GetUtcNow() - ClockTick;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            var digest = new FileDigest(identity, await Fingerprint.OfStreamAsync(stream, cancellationToken).ConfigureAwait(false));
            var changedAt = DateTimeOffset.UnixEpoch.AddTicks(identity.ChangedNs / TimeSpan.NanosecondsPerTick);
            if (changedAt < settled && FileIdentity.Of(path) == identity)
            {
                lock (_gate)
                {
                    Files[path] = digest;
                    _changed = true;
                }
            }

            return digest;
        }
    }

    /// <summary>Keeps new digests for later processes. Losing them costs a reading of the files, so failures don't matter.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (!_changed)
            {
                return;
            }

            _changed = false;
            var present = Files.Where(file => File.Exists(file.Key)).ToDictionary();
            try
            {
                CacheJson.Write(cache, _path, new DigestRecord(_bootId, present), CacheJson.Default.DigestRecord);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A builder that clears the temporary folder may take our file with it, too.
            }
        }
    }

    private Dictionary<string, FileDigest> Files
        => _files ??= CacheJson.TryRead(_path, CacheJson.Default.DigestRecord) is { } record && record.BootId == _bootId
            ? new Dictionary<string, FileDigest>(record.Files)
            : [];

    private static string ReadBootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a name for this boot nothing older than this process is believed.
            return Guid.NewGuid().ToString();
        }
    }
}
