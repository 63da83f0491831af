using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Images.Libraries;
using Mayfly.Native;

namespace Mayfly.Layers;

/// <summary>A program of the host's with the loader and the libraries it needs, each where its own path says, links in it resolved.</summary>
internal static class ToolList
{
    private const string LibraryConfiguration = "/etc/ld.so.conf";
    private const string Origin = "$ORIGIN";

    // Where loaders look without being told, after their own folder.
    private static readonly string[] _usualFolders = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];

    /// <summary>Lists them.</summary>
    /// <param name="program">A path, or a name in PATH.</param>
    /// <param name="guestPath">Where the guest sees them.</param>
    /// <exception cref="SandboxConfigurationException">MAY1018: there is no such program, or a library of its own is missing.</exception>
    public static IReadOnlyList<HostEntry> Read(string program, string guestPath)
    {
        var source = $"the program {program}";
        var path = Locate(program) ?? throw LayerErrors.Unusable(source, "it is not there any more");
        var real = Resolve(path);
        try
        {
            var entries = new SortedDictionary<string, HostEntry>(StringComparer.Ordinal);
            AddFile(entries, real, real);

            // The name it was asked for by, where that is a link to another.
            var asked = Path.Combine(Resolve(Path.GetDirectoryName(path)!), Path.GetFileName(path));
            if (asked != real)
            {
                // Joined with the root, the guest's own links may be on the way, and '..' would not lead back over them.
                var target = guestPath == "/" ? real : Path.GetRelativePath(Path.GetDirectoryName(asked)!, real);
                Add(entries, new HostEntry(asked[1..], LayerEntryKind.Link, "", null, target));
            }

            AddClosure(entries, real);
            return [.. entries.Values];
        }
        catch (Exception exception) when (exception is InvalidDataException or SandboxImageException)
        {
            throw LayerErrors.Unusable(source, $"{exception.Message}; only an ELF program for this processor can be taken by itself, anything else as a folder with all it needs", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LayerErrors.Unusable(source, $"it can't be read ({exception.Message})", exception);
        }
    }

    private static void AddClosure(SortedDictionary<string, HostEntry> entries, string program)
    {
        var architecture = GuestArchitecture.OfThisHost();
        DynamicInfo info;
        using (var file = File.OpenRead(program))
        {
            info = DynamicInfoReader.Read(file, architecture);
        }

        if (info.Interpreter is null && info.Needed.Count == 0)
        {
            return;
        }

        var loaderFolder = info.Interpreter is { } interpreter ? Path.GetDirectoryName(Resolve(interpreter))! : _usualFolders[^1];
        var ownFolders = info.SearchPaths.Select(path => path.Replace("${ORIGIN}", Origin, StringComparison.Ordinal).Replace(Origin, Path.GetDirectoryName(program), StringComparison.Ordinal)).ToList();
        var folder = new LibraryFolder();
        foreach (var place in (IEnumerable<string>)[.. ownFolders, loaderFolder, .. ConfiguredFolders(LibraryConfiguration), .. _usualFolders])
        {
            Offer(folder, place);
        }

        var closure = LibraryClosure.Find([program], folder, architecture);
        foreach (var loader in closure.Interpreters)
        {
            AddFile(entries, Path.GetFullPath(loader), Resolve(loader));
        }

        var kept = ownFolders.Append(loaderFolder).Concat(_usualFolders).Where(Directory.Exists).Select(Resolve).ToHashSet();
        foreach (var (name, file) in closure.Libraries)
        {
            // What only this host's configuration leads to goes where the loader looks without it.
            var place = Resolve(Path.GetDirectoryName(file)!);
            AddFile(entries, Path.Combine(kept.Contains(place) ? place : loaderFolder, name), Resolve(file));
        }
    }

    private static void AddFile(SortedDictionary<string, HostEntry> entries, string path, string file) =>
        Add(entries, new HostEntry(path[1..], LayerEntryKind.File, file, FileIdentity.Of(file) is { IsRegularFile: true } identity ? identity : throw new FileNotFoundException($"{file} is no file")));

    private static void Add(SortedDictionary<string, HostEntry> entries, HostEntry entry)
    {
        entries[entry.Path] = entry;
        for (var path = Path.GetDirectoryName(entry.Path); path is not null; path = path.Length > 0 ? Path.GetDirectoryName(path) ?? "" : null)
        {
            entries.TryAdd(path, new HostEntry(path, LayerEntryKind.Folder, "", null));
        }
    }

    private static void Offer(LibraryFolder folder, string path)
    {
        if (Directory.Exists(path))
        {
            foreach (var file in Directory.EnumerateFiles(path))
            {
                folder.AddFile(Path.GetFileName(file), file);
            }
        }
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

    /// <summary>Where the program is that a path, or a name in PATH, says; null where there is none.</summary>
    public static string? Locate(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Resolve(string path) => RealPath.Of(path);
}
