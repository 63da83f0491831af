using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>
/// Joins layers with the root. Nothing can be mounted over the root of a running machine, so each directory at the top of a
/// layer is laid over the guest's own one: its files hide those of the same path, and all others stay. What was written there
/// can be written still. Where the guest has a link to a directory (<c>/usr/bin</c>), the link stays, and what the layer has
/// there is laid over the directory it leads to. The kernel's own directories and those in memory are passed over.
/// </summary>
/// <param name="sources">Where the layers are mounted, the uppermost first.</param>
/// <param name="writable">A directory in memory for what is written.</param>
internal sealed class RootLayers(IReadOnlyList<string> sources, string writable)
{
    private const int MaxDepth = 64;

    private static readonly string[] _passedOver = ["proc", "sys", "dev", "run", "tmp", "init"];

    private readonly SortedDictionary<string, List<string>> _joined = new(StringComparer.Ordinal);
    private readonly List<(string Link, string Directory)> _links = [];

    /// <exception cref="NativeException">It can't be done.</exception>
    public void Mount()
    {
        foreach (var source in sources)
        {
            foreach (var name in NamesIn(source))
            {
                if (Array.IndexOf(_passedOver, name) < 0)
                {
                    AddTop(source, name);
                }
            }
        }

        // Parents come before what is in them.
        foreach (var (target, layers) in _joined)
        {
            var part = PartOf(target);
            OverlayMount.MakeUpper(part, layers[0]);
            foreach (var (link, _) in _links.Where(link => link.Directory == target))
            {
                KeepLink(part, target, link, layers);
            }

            OverlayMount.Mount(target, [.. layers, target], part);
        }
    }

    /// <summary>An entry at the top of a layer.</summary>
    private void AddTop(string source, string name)
    {
        var path = $"{source}/{name}";
        var guestPath = $"/{name}";
        var status = Paths.TryGetStatus(path) ?? throw NativeException.Last($"looking at {path}");
        var directory = DirectoryOf(source, path, status);
        if (directory is not null && (status.IsDirectory || Paths.TryGetStatus(guestPath) is not null))
        {
            Paths.MakeDirectories(guestPath);
            Join(directory, guestPath);
        }
        else if (status.Type == Linux.S_IFLNK)
        {
            _ = Libc.SymbolicLink(Paths.ReadLink(path), guestPath);
        }
        else if (Libc.SymbolicLink(path, guestPath) != 0 && Libc.Mount(path, guestPath, "", Linux.MS_BIND, null) != 0)
        {
            throw NativeException.Last($"mounting {path} on {guestPath}");
        }
    }

    /// <summary>The layer's directory that an entry is, or leads to within the layer; null where it is something else.</summary>
    private static string? DirectoryOf(string source, string path, FileStatus status)
    {
        if (status.IsDirectory)
        {
            return path;
        }

        return status.Type == Linux.S_IFLNK
            && Paths.TryResolveDirectory($"{source}/{Paths.ReadLink(path)}") is { } directory
            && directory.StartsWith($"{source}/", StringComparison.Ordinal) ? directory : null;
    }

    /// <summary>Lays a layer's directory over what a path of the guest leads to.</summary>
    private void Join(string layer, string guestPath)
    {
        var target = Paths.TryResolveDirectory(guestPath) ?? throw new NativeException($"joining a directory with {guestPath}", Errno.ENOTDIR);
        if (!_joined.TryGetValue(target, out var layers))
        {
            _joined.Add(target, layers = []);
        }

        if (!layers.Contains(layer))
        {
            layers.Add(layer);
            FindLinks(layer, target, target, 0);
        }
    }

    private void FindLinks(string layer, string guest, string top, int depth)
    {
        if (depth == MaxDepth)
        {
            return;
        }

        foreach (var name in NamesIn(layer))
        {
            var guestPath = $"{guest}/{name}";
            if (Paths.TryGetStatus($"{layer}/{name}") is not { IsDirectory: true } || Paths.TryGetStatus(guestPath) is not { } status)
            {
                continue;
            }

            if (status.IsDirectory)
            {
                FindLinks($"{layer}/{name}", guestPath, top, depth + 1);
            }
            else if (status.Type == Linux.S_IFLNK && Paths.TryResolveDirectory(guestPath) is not null)
            {
                _links.Add((guestPath, top));
                Join($"{layer}/{name}", guestPath);
            }
        }
    }

    /// <summary>The same link once more above the layers, whose directory would hide it.</summary>
    private static void KeepLink(string part, string target, string link, List<string> layers)
    {
        var upper = OverlayMount.UpperOf(part);
        for (var slash = link.IndexOf('/', target.Length + 1); slash > 0; slash = link.IndexOf('/', slash + 1))
        {
            var between = link[target.Length..slash];
            OverlayMount.MakeLike(upper + between, layers.Select(layer => layer + between).First(path => Paths.TryGetStatus(path) is { IsDirectory: true }));
        }

        var kept = upper + link[target.Length..];
        if (Libc.SymbolicLink(Paths.ReadLink(link), kept) != 0 && Paths.TryGetStatus(kept) is null)
        {
            throw NativeException.Last($"keeping the link {link}");
        }
    }

    private string PartOf(string target) => $"{writable}/{target[1..].Replace('/', '+')}";

    private static List<string> NamesIn(string path)
    {
        using var directory = Libc.Open(path, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            throw NativeException.Last($"opening {path}");
        }

        var names = new List<string>();
        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            names.Add(entries.NameText);
        }

        return names;
    }
}
