using System.Text;
using Mayfly.Images.Cache;

namespace Mayfly.Images;

/// <summary>
/// Remembers which image or layer this library, agent and kernel lead to, and the identity of every file on which that rests.
/// Files are thus hashed once per boot of the host and whenever one of them has changed, and all other starts cost one
/// small file and a few stats. It is plain text, as hashing and JSON would each cost a cold process tens of milliseconds.
/// </summary>
internal sealed class VerifiedImages(CacheDirectory cache, string agentPath, TimeProvider timeProvider)
{
    private const string Format = "mayfly verified image 1";
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const int HeaderLines = 4;
    private const int ImageFacts = 5;
    private const int KeptRecords = 32;

    // A file that changes twice within one tick of the kernel's clock keeps its change time.
    private static readonly TimeSpan _clockTick = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Path.Combine(cache.Path, "verified");

    /// <summary>The image with that kernel; null where it must be verified anew.</summary>
    public GuestImage? Find(KernelChoice kernel)
        => Read(PathOf(kernel), ImageFacts, facts => FilesOf(ToImage(facts), kernel)) is { } facts && facts[0] == kernel.Name
            ? ToImage(facts)
            : null;

    /// <summary>
    /// Keeps the image for later starts, provided that none of its files can have changed since it was verified, which
    /// began at <paramref name="since"/>. Losing a record costs a verification, so failures don't matter.
    /// </summary>
    public void Remember(KernelChoice kernel, GuestImage image, DateTimeOffset since)
        => Write(PathOf(kernel), FactsOf(image, kernel), FilesOf(image, kernel), since);

    /// <summary>The path of the SSH layer; null where it must be verified anew.</summary>
    public string? FindLayer()
        => Read(LayerRecordPath, 1, facts => FilesOf(facts[0])) is [var path] ? path : null;

    /// <summary>Keeps the SSH layer for later starts, as <see cref="Remember"/> does the image.</summary>
    public void RememberLayer(string path, DateTimeOffset since) => Write(LayerRecordPath, [path], FilesOf(path), since);

    /// <summary>The time from which changes are to be feared.</summary>
    public DateTimeOffset Now() => timeProvider.GetUtcNow();

    private string LayerRecordPath => Path.Combine(_folder, QuickChecksum.Of("ssh layer"));

    private string PathOf(KernelChoice kernel) => Path.Combine(_folder, QuickChecksum.Of($"{agentPath}\n{kernel.Name}"));

    private static GuestImage ToImage(string[] facts) => new(facts[2], facts[3], facts[1], facts[4].Length == 0 ? null : facts[4]);

    private static string[] FactsOf(GuestImage image, KernelChoice kernel)
        => [kernel.Name, image.Digest, image.KernelPath, image.InitramfsPath, image.KernelRelease ?? ""];

    private string[] FilesOf(GuestImage image, KernelChoice kernel)
    {
        var files = new[] { agentPath, PackageShelf.PointerPath(cache), image.KernelPath, image.InitramfsPath, ManifestBeside(image.InitramfsPath) };
        return kernel.IsOwn ? files : [.. files, ManifestBeside(image.KernelPath)];
    }

    private string[] FilesOf(string layer) => [PackageShelf.PointerPath(cache), layer, ManifestBeside(layer)];

    /// <summary>The facts of a record that is whole and describes its files as they are now, among which the facts say where they are.</summary>
    private string[]? Read(string record, int facts, Func<string[], string[]> filesOf)
    {
        try
        {
            var lines = File.ReadAllText(record).Split('\n');
            if (lines.Length < HeaderLines + facts || lines[0] != Format)
            {
                return null;
            }

            var found = lines[HeaderLines..(HeaderLines + facts)];
            var text = Describe(found, filesOf(found));
            return text == string.Join('\n', lines, 0, lines.Length - 1) && lines[^1] == QuickChecksum.Of(text) ? found : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private void Write(string record, string[] facts, string[] files, DateTimeOffset since)
    {
        var settledNs = (since - _clockTick - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (Array.Exists(files, file => FileIdentity.Of(file) is not { } identity || identity.ChangedNs >= settledNs))
        {
            return;
        }

        try
        {
            var text = Describe(facts, files);
            Directory.CreateDirectory(_folder, CacheDirectory.Private);

            // In place: half a record has not its checksum, and is none.
            File.WriteAllText(record, $"{text}\n{QuickChecksum.Of(text)}");
            foreach (var old in new DirectoryInfo(_folder).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptRecords))
            {
                CacheDirectory.Remove(old);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start verifies again.
        }
    }

    private string Describe(string[] facts, string[] files)
    {
        var text = new StringBuilder()
            .Append(Format)
            .Append('\n').Append(typeof(VerifiedImages).Module.ModuleVersionId)
            .Append('\n').Append(File.ReadAllText(BootIdPath).Trim())
            .Append('\n').Append(agentPath);
        foreach (var fact in facts)
        {
            text.Append('\n').Append(fact);
        }

        foreach (var file in files)
        {
            text.Append('\n').Append(FileIdentity.Of(file)?.ToText());
        }

        return text.ToString();
    }

    private static string ManifestBeside(string path) => Path.Combine(Path.GetDirectoryName(path) ?? "/", CacheManifest.FileName);
}
