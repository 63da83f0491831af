using System.Globalization;
using System.Text;
using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>
/// Remembers beside a template that its files were found whole during this boot of the host, by their identities, so that later
/// starts hash nothing and read one small file of plain text: JSON would cost a cold process tens of milliseconds. The
/// time of the record is that of the template's last use.
/// </summary>
internal static class TemplateRecord
{
    /// <summary>The record's name in the template's folder.</summary>
    public const string FileName = "verified";

    private const string Format = "mayfly verified template 1";
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The path of a template's record.</summary>
    public static string PathOf(string directory) => Path.Combine(directory, FileName);

    /// <summary>The template, where it is the one that the record is about and nothing of it has changed since.</summary>
    public static CacheEntry? Find(string directory, CacheKey key, SafeFileHandle manifest)
    {
        try
        {
            var path = PathOf(directory);
            if (FileIdentity.Of(path) is not { IsRegularFile: true, Bytes: <= MaxBytes } || FileIdentity.Of(manifest) is not { Bytes: > 0 })
            {
                return null;
            }

            var text = File.ReadAllText(path);
            var end = text.LastIndexOf('\n');
            return end > 0 && text.AsSpan(end + 1).SequenceEqual(QuickChecksum.Of(text[..end]))
                ? Parse(new Queue<string>(text[..end].Split('\n')), directory, key, manifest)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or OverflowException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The record of a template whose files had the given identities before they were found whole.</summary>
    public static string Describe(CacheEntry entry, IReadOnlyList<FileIdentity> identities, SafeFileHandle manifest)
    {
        var text = new StringBuilder(Format)
            .Append('\n').Append(BootId())
            .Append('\n').Append(FileIdentity.Of(manifest)?.ToText());
        Append(text, entry.Files.Count);
        foreach (var (file, identity) in entry.Files.Zip(identities))
        {
            text.Append('\n').Append(Encode(file.Path)).Append('\n').Append(file.Sha256).Append('\n').Append(identity.ToText());
            Append(text, file.Bytes);
        }

        Append(text, entry.Facts.Count);
        foreach (var (name, value) in entry.Facts)
        {
            text.Append('\n').Append(Encode(name)).Append('\n').Append(Encode(value));
        }

        var whole = text.ToString();
        return $"{whole}\n{QuickChecksum.Of(whole)}";
    }

    // An empty queue throws, as does a number that is none; the record is then no good.
    private static CacheEntry? Parse(Queue<string> lines, string directory, CacheKey key, SafeFileHandle manifest)
    {
        if (lines.Dequeue() != Format || lines.Dequeue() != BootId() || lines.Dequeue() != FileIdentity.Of(manifest)?.ToText())
        {
            return null;
        }

        var files = new List<CacheEntryFile>();
        for (var count = Number(lines); count > 0; count--)
        {
            var path = Decode(lines.Dequeue());
            var digest = lines.Dequeue();
            if (lines.Dequeue() != FileIdentity.Of(Path.Combine(directory, path))?.ToText())
            {
                return null;
            }

            files.Add(new CacheEntryFile(path, Number(lines), digest));
        }

        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = Number(lines); count > 0; count--)
        {
            facts[Decode(lines.Dequeue())] = Decode(lines.Dequeue());
        }

        return new CacheEntry(directory, key, files, facts);
    }

    private static string BootId() => File.ReadAllText(BootIdPath).Trim();

    private static void Append(StringBuilder text, long number) => text.Append('\n').Append(number.ToString(CultureInfo.InvariantCulture));

    private static long Number(Queue<string> lines) => long.Parse(lines.Dequeue(), NumberStyles.None, CultureInfo.InvariantCulture);

    // What a guest has said may be among the facts, line breaks included.
    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
