using Mayfly.Images.Libraries;
using Mayfly.Native;

namespace Mayfly.Layers;

/// <summary>The host's shared libraries, as its loader finds them.</summary>
internal sealed class HostLibraries
{
    private const string LibraryConfiguration = "/etc/ld.so.conf";

    // Where loaders look without being told, after their own folder.
    private static readonly string[] _usualFolders = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];

    private readonly string _loaderFolder;
    private readonly HashSet<string> _kept;

    /// <summary>Those that programs of a loader find.</summary>
    /// <param name="interpreter">The loader's path; null for the usual one.</param>
    /// <param name="ownFolders">Where the program has it look first.</param>
    public HostLibraries(string? interpreter, IReadOnlyList<string> ownFolders)
    {
        _loaderFolder = interpreter is not null ? Path.GetDirectoryName(RealPath.Of(interpreter))! : _usualFolders[^1];
        _kept = ownFolders.Append(_loaderFolder).Concat(_usualFolders).Where(Directory.Exists).Select(RealPath.Of).ToHashSet();
        Folders = [.. ((IEnumerable<string>)[.. ownFolders, _loaderFolder, .. ConfiguredFolders(LibraryConfiguration), .. _usualFolders]).Where(Directory.Exists).DistinctBy(RealPath.Of)];
        foreach (var folder in Folders)
        {
            Folder.AddFolder(folder);
        }
    }

    /// <summary>The folders where they are, the first first.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The libraries by their names.</summary>
    public LibraryFolder Folder { get; } = new();

    /// <summary>Adds libraries, and the loaders, where the loader finds them in a guest.</summary>
    /// <param name="tree">Where they are added.</param>
    /// <param name="closure">The libraries.</param>
    /// <param name="without">Folders whose libraries are left out.</param>
    public void AddTo(HostTree tree, LibraryClosure closure, params IReadOnlyCollection<string> without)
    {
        foreach (var loader in closure.Interpreters)
        {
            tree.AddFile(Path.GetFullPath(loader), RealPath.Of(loader));
        }

        foreach (var (name, file) in closure.Libraries)
        {
            if (!without.Contains(RealPath.Of(Path.GetDirectoryName(file)!)))
            {
                AddTo(tree, name, file);
            }
        }
    }

    /// <summary>Adds one library where the loader finds it in a guest.</summary>
    public void AddTo(HostTree tree, string name, string file)
    {
        // What only this host's configuration leads to goes where the loader looks without it.
        var place = RealPath.Of(Path.GetDirectoryName(file)!);
        tree.AddFile(Path.Combine(_kept.Contains(place) ? place : _loaderFolder, name), RealPath.Of(file));
    }

    private static IEnumerable<string> ConfiguredFolders(string configuration)
    {
        const string Include = "include ";
        foreach (var line in Lines(configuration))
        {
            if (line.StartsWith(Include, StringComparison.Ordinal))
            {
                var pattern = Path.Combine(Path.GetDirectoryName(configuration)!, line[Include.Length..].Trim());
                foreach (var folder in FilesLike(pattern).SelectMany(Lines))
                {
                    yield return folder;
                }
            }
            else
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Lines(string path) =>
        File.Exists(path) ? File.ReadLines(path).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0) : [];

    private static IEnumerable<string> FilesLike(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern)!;
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Path.GetFileName(pattern)).Order(StringComparer.Ordinal) : [];
    }
}
