using System.Text;
using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>
/// Remembers the digests of files that a layer was made of, by the files' identities, until the host is booted again: so a
/// folder of thousands of files is read once, and afterwards only what has changed in it. Losing the record costs reading.
/// </summary>
internal sealed class FileDigests
{
    private const string Format = "mayfly file digests 1";
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const string Folder = "layer-files";
    private const int DigestChars = 64;
    private const int KeptRecords = 64;
    private const long MostBytes = 128 * 1024 * 1024;

    /// <summary>
    /// How long a file must have been as it is to be remembered: one that changes twice within a tick of the clock keeps its change
    /// time, and some file systems count whole seconds, or two.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _known;
    private readonly Dictionary<string, string> _current = [];
    private readonly string _record;
    private readonly long _settledNs;
    private bool _isNew;

    private FileDigests(string record, Dictionary<string, string> known, DateTimeOffset since) =>
        (_record, _known, _settledNs) = (record, known, (since - Settling - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>What is known of that source's files.</summary>
    /// <param name="cache">Where it is remembered.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="since">When the reading of the files begins: what changes from then on is not remembered.</param>
    public static FileDigests Load(CacheDirectory cache, string source, DateTimeOffset since)
    {
        var record = Path.Combine(cache.Path, Folder, Fingerprint.OfBytes(Encoding.UTF8.GetBytes(source)));
        return new FileDigests(record, Read(record), since);
    }

    /// <summary>The digest of the file that has this identity; null where it must be read.</summary>
    public string? Find(FileIdentity identity)
    {
        var text = identity.ToText();
        if (!_known.TryGetValue(text, out var digest))
        {
            return null;
        }

        _current[text] = digest;
        return digest;
    }

    /// <summary>Remembers a file that had this identity before and after it was read.</summary>
    public void Remember(FileIdentity identity, string digest)
    {
        if (identity.ChangedNs < _settledNs)
        {
            _current[identity.ToText()] = digest;
            _isNew = true;
        }
    }

    /// <summary>Keeps what has been found or remembered for later, and forgets the rest.</summary>
    public void Save()
    {
        if (!_isNew)
        {
            return;
        }

        var text = new StringBuilder(Header());
        foreach (var (identity, digest) in _current)
        {
            text.Append(digest).Append(identity).Append('\n');
        }

        try
        {
            var folder = Path.GetDirectoryName(_record)!;
            Directory.CreateDirectory(folder, CacheDirectory.Private);

            // In place: half a record has not its checksum, and is none.
            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            File.WriteAllBytes(_record, [.. bytes, .. Encoding.ASCII.GetBytes(Fingerprint.OfBytes(bytes))]);
            foreach (var old in new DirectoryInfo(folder).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptRecords))
            {
                CacheDirectory.Remove(old);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start reads again.
        }
    }

    private static Dictionary<string, string> Read(string record)
    {
        var known = new Dictionary<string, string>();
        try
        {
            if (new FileInfo(record) is not { Exists: true, Length: > DigestChars and <= MostBytes })
            {
                return known;
            }

            var bytes = File.ReadAllBytes(record);
            if (Fingerprint.OfBytes(bytes.AsSpan(..^DigestChars)) != Encoding.ASCII.GetString(bytes.AsSpan(^DigestChars..)))
            {
                return known;
            }

            var header = Header();
            var text = Encoding.ASCII.GetString(bytes.AsSpan(..^DigestChars));
            if (text.StartsWith(header, StringComparison.Ordinal))
            {
                foreach (var range in text.AsSpan(header.Length).Split('\n'))
                {
                    var line = text.AsSpan(header.Length)[range];
                    if (line.Length > DigestChars)
                    {
                        known[line[DigestChars..].ToString()] = line[..DigestChars].ToString();
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            known.Clear();
        }

        return known;
    }

    private static string Header() => $"{Format}\n{File.ReadAllText(BootIdPath).Trim()}\n";
}
