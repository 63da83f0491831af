using Mayfly.Images;
using Mayfly.Images.Libraries;

namespace Mayfly.Layers;

/// <summary>A program of the host's with the loader and the libraries it needs, each where its own path says, links in it resolved.</summary>
internal static class ToolList
{
    private const string Origin = "$ORIGIN";

    /// <summary>Lists them.</summary>
    /// <param name="program">A path, or a name in PATH.</param>
    /// <param name="guestPath">Where the guest sees them.</param>
    /// <exception cref="SandboxConfigurationException">MAY1018: there is no such program, or a library of its own is missing.</exception>
    public static IReadOnlyList<HostEntry> Read(string program, string guestPath)
    {
        var source = $"the program {program}";
        var path = Locate(program) ?? throw LayerErrors.Unusable(source, "it is not there any more");
        try
        {
            var tree = new HostTree(guestPath);
            AddClosure(tree, tree.AddFile(path));
            return tree.Entries;
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

    private static void AddClosure(HostTree tree, string program)
    {
        var architecture = GuestArchitecture.OfThisHost();
        var info = DynamicInfoReader.Read(program, architecture);
        if (info.Interpreter is null && info.Needed.Count == 0)
        {
            return;
        }

        var ownFolders = info.SearchPaths.Select(path => path.Replace("${ORIGIN}", Origin, StringComparison.Ordinal).Replace(Origin, Path.GetDirectoryName(program), StringComparison.Ordinal)).ToList();
        var libraries = new HostLibraries(info.Interpreter, ownFolders);
        libraries.AddTo(tree, LibraryClosure.Find([program], libraries.Folder, architecture));
    }

    /// <summary>Where the program is that a path, or a name in PATH, says; null where there is none.</summary>
    public static string? Locate(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
