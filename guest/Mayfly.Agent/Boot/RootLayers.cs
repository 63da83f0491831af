using System.Globalization;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>
/// Joins layers with the root. Nothing can be mounted over the root of a running machine, so each directory at the top of a
/// layer is laid over the guest's own one: its files hide those of the same path, and all others stay. What was written there
/// can be written still. Where the guest has a link to a directory (<c>/usr/bin</c>), the link stays, and what the layer has
/// there is laid over the directory it leads to. A directory that the guest has keeps its mode and its owner. The kernel's own
/// directories and those in memory are passed over, also where links lead to them.
/// </summary>
/// <param name="sources">Where the layers are mounted, the uppermost first.</param>
/// <param name="writable">A directory in memory for what is written.</param>
internal sealed class RootLayers(IReadOnlyList<string> sources, string writable)
{
    private static readonly string[] _passedOver = ["proc", "sys", "dev", "run", "tmp", "init"];

    private readonly SortedDictionary<string, List<string>> _joined = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Directory)> _shared = [];
    private readonly List<(string Link, string Directory)> _links = [];
    private readonly Dictionary<string, bool> _isDirectoryAtTop = [];

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
        var number = 0;
        foreach (var (target, layers) in _joined)
        {
            var part = string.Create(CultureInfo.InvariantCulture, $"{writable}/{number++}");
            var upper = OverlayMount.UpperOf(part);
            OverlayMount.MakeUpper(part, target);
            foreach (var (path, _) in _shared.Where(shared => shared.Directory == target))
            {
                OverlayMount.MakeLike(upper + path[target.Length..], path);
            }

            foreach (var (link, _) in _links.Where(link => link.Directory == target))
            {
                KeepLink(upper + link[target.Length..], link);
            }

            OverlayMount.Mount(target, [.. layers, target], part);
        }
    }

    /// <summary>An entry at the top of a layer, unless one of an upper layer hides it.</summary>
    private void AddTop(string source, string name)
    {
        var path = $"{source}/{name}";
        var guestPath = $"/{name}";
        var status = Paths.TryGetStatus(path) ?? throw NativeException.Last($"looking at {path}");
        var directory = DirectoryOf(source, path, status);
        var isThere = Paths.TryGetStatus(guestPath) is not null;
        var isDirectory = directory is not null && (status.IsDirectory || isThere);

        // Hidden by what an upper layer has placed there; directories are joined, also with what a link of an upper layer leads to.
        if (!_isDirectoryAtTop.TryAdd(name, isDirectory) && !(isDirectory && (_isDirectoryAtTop[name] || Paths.TryResolveDirectory(guestPath) is not null)))
        {
            return;
        }

        if (isDirectory)
        {
            if (!isThere)
            {
                OverlayMount.MakeLike(guestPath, path);
            }

            Join(directory!, guestPath);
        }
        else if (status.Type != Linux.S_IFLNK)
        {
            PlaceFile(path, guestPath);
        }
        else if (Paths.TryResolveDirectory(guestPath) is null)
        {
            PlaceLink(Paths.ReadLink(path), guestPath);
        }
    }

    /// <summary>A link to a file stands for it, or the file is laid over the guest's own.</summary>
    private static void PlaceFile(string path, string guestPath)
    {
        if (Paths.TryResolveDirectory(guestPath) is not null)
        {
            throw new NativeException($"placing the file {path} at {guestPath}", Errno.EISDIR);
        }

        if (Paths.TryGetStatus(guestPath) is not { Type: Linux.S_IFREG })
        {
            PlaceLink(path, guestPath);
        }
        else if (Libc.Mount(path, guestPath, "", Linux.MS_BIND, null) != 0)
        {
            throw NativeException.Last($"mounting {path} on {guestPath}");
        }
    }

    /// <summary>Makes a link, in the place of what the guest has there.</summary>
    private static void PlaceLink(string content, string guestPath)
    {
        _ = Libc.Unlink(guestPath);
        if (Libc.SymbolicLink(content, guestPath) != 0)
        {
            throw NativeException.Last($"making the link {guestPath}");
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
        if (Array.IndexOf(_passedOver, target.Split('/')[1]) >= 0)
        {
            return;
        }

        if (!_joined.TryGetValue(target, out var layers))
        {
            _joined.Add(target, layers = []);
        }

        if (!layers.Contains(layer))
        {
            layers.Add(layer);
            FindShared(layer, target, target);
        }
    }

    /// <summary>Notes what both have, as deep as paths go, which is not deep for the stack.</summary>
    private void FindShared(string layer, string guest, string top)
    {
        foreach (var name in NamesIn(layer))
        {
            var guestPath = $"{guest}/{name}";
            if (Paths.TryGetStatus($"{layer}/{name}") is not { IsDirectory: true } || Paths.TryGetStatus(guestPath) is not { } status)
            {
                continue;
            }

            if (status.IsDirectory)
            {
                _shared.Add((guestPath, top));
                FindShared($"{layer}/{name}", guestPath, top);
            }
            else if (status.Type == Linux.S_IFLNK && Paths.TryResolveDirectory(guestPath) is not null)
            {
                _links.Add((guestPath, top));
                Join($"{layer}/{name}", guestPath);
            }
        }
    }

    /// <summary>The same link once more above the layers, whose directory would hide it.</summary>
    private static void KeepLink(string kept, string link)
    {
        if (Libc.SymbolicLink(Paths.ReadLink(link), kept) != 0 && Paths.TryGetStatus(kept) is null)
        {
            throw NativeException.Last($"keeping the link {link}");
        }
    }

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
