using System.Buffers;
using System.Text;

namespace Mayfly.Ssh;

/// <summary>
/// What a file of known hosts says: one alias and one key on a line. Lines that Mayfly would not have written (lists,
/// patterns, hashes, marks) are errors, for passing them over could make a known host look new.
/// </summary>
internal sealed class KnownHostsFile
{
    private const int MaxBytes = 1024 * 1024;

    // Of lists, patterns, hashes, marks and ports.
    private static readonly SearchValues<char> _otherForms = SearchValues.Create("|,*?!@[]");

    private readonly List<(string Alias, SshPublicKey Key)> _entries;

    private KnownHostsFile(List<(string Alias, SshPublicKey Key)> entries) => _entries = entries;

    /// <summary>A file with nothing in it.</summary>
    public static KnownHostsFile Empty { get; } = new([]);

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">It is too long, or a line of it can't be read.</exception>
    public static KnownHostsFile Read(Stream stream)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes)
        {
            throw new InvalidDataException($"it is longer than {MaxBytes} bytes");
        }

        var entries = new List<(string, SshPublicKey)>();
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, length).Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }

            var words = line.Split(' ', 2);
            if (words.Length < 2 || words[0].AsSpan().ContainsAny(_otherForms) || !SshPublicKey.TryParse(words[1], out var key))
            {
                throw new InvalidDataException($"line {number} is not an alias with its key");
            }

            if (entries.Exists(entry => entry.Item1 == words[0]))
            {
                throw new InvalidDataException($"line {number} names a host that another line names as well");
            }

            entries.Add((words[0], key));
        }

        return new KnownHostsFile(entries);
    }

    /// <summary>The line that makes a key known under an alias.</summary>
    public static string Line(string alias, SshPublicKey key) => $"{alias} {key}\n";

    /// <summary>The key of an alias.</summary>
    public SshPublicKey? Find(string alias) => _entries.Find(entry => entry.Alias == alias).Key;

    /// <summary>The same with one more.</summary>
    public KnownHostsFile With(string alias, SshPublicKey key) => new([.. _entries, (alias, key)]);

    /// <summary>The same with one less.</summary>
    public KnownHostsFile Without(string alias) => new([.. _entries.Where(entry => entry.Alias != alias)]);

    /// <summary>The file.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(_entries.Select(entry => Line(entry.Alias, entry.Key))));
}
