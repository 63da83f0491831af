using Mayfly.Templates;

namespace Mayfly.Chaos;

/// <summary>Finds what there is of a round's sandboxes.</summary>
/// <param name="mark">What their processes have in their environment.</param>
/// <param name="root">Their runtime directory.</param>
/// <param name="cache">The image cache of the round; null where it has none of its own.</param>
internal sealed class Remains(string mark, string root, string? cache)
{
    private const int MaxGroupDepth = 4;

    private readonly HashSet<string> _ids = [];

    /// <summary>Remembers the sandboxes that are there now: their devices and groups are called after them.</summary>
    public void Notice() => _ids.UnionWith(Sandboxes().Select(name => Path.GetFileName(name)!));

    /// <summary>All that is there, but for a process that may be.</summary>
    public IReadOnlyList<string> Find(int? exceptProcess) =>
    [
        .. Sandboxes().Select(path => $"directory {path}: {string.Join(' ', Entries(path))}"),
        .. cache is null ? [] : Entries(Path.Combine(cache, "tmp")).Select(name => $"work in progress {cache}/tmp/{name}"),
        .. cache is null ? [] : Entries(Path.Combine(cache, TemplateShelf.Kind)).Where(TemplateShelf.IsWork).Select(name => $"template {cache}/{TemplateShelf.Kind}/{name}"),
        .. ProcessTable.Find(mark).Where(process => process.ProcessId != exceptProcess).Select(process => process.ToString()),
        .. KernelObjects(),
    ];

    private IEnumerable<string> KernelObjects()
    {
        var groups = Groups("/sys/fs/cgroup", MaxGroupDepth).Where(path => _ids.Any(id => Path.GetFileName(path) == $"mayfly-{id}"));
        var devices = Entries("/sys/class/net").Where(name => _ids.Any(id => name == $"mf{id}"));
        return
        [
            .. groups.Select(path => $"control group {path}"),
            .. devices.Select(name => $"network device {name}"),
            .. Lines("/proc/self/mountinfo").Select(line => $"mount {line}"),
            .. Lines("/proc/net/unix").Select(line => $"socket {line}"),
            .. Loops().Select(path => $"loop device {path}"),
        ];
    }

    private IEnumerable<string> Loops() => Entries("/sys/block")
        .Select(name => $"/sys/block/{name}/loop/backing_file")
        .Where(path => File.Exists(path) && Lines(path).Any());

    private IEnumerable<string> Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Where(line => line.Contains(root + "/", StringComparison.Ordinal))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private IEnumerable<string> Sandboxes() => Entries(root)
        .Where(name => !name.StartsWith('.') || name.StartsWith(".gone-", StringComparison.Ordinal))
        .Select(name => $"{root}/{name}");

    private static IEnumerable<string> Groups(string directory, int depth) => depth == 0
        ? []
        : Directories(directory).SelectMany(child => Groups(child, depth - 1).Prepend(child));

    private static string[] Directories(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IReadOnlyList<string> Entries(string directory)
    {
        try
        {
            return [.. Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
