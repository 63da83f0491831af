using Mayfly.Images;
using Mayfly.Images.Libraries;
using Mayfly.Native;

namespace Mayfly.Layers.Dotnet;

/// <summary>The host's .NET, as much of it as an application needs to run, with all that .NET needs in its turn; see <see cref="SandboxLayer.FromDotnet"/>.</summary>
internal static class DotnetList
{
    private const string UsualMuxer = "/usr/bin/dotnet";

    // Passed over in layers of its root.
    private static readonly string[] _ofGuest = ["/proc", "/sys", "/dev", "/run", "/tmp"];

    // Without these nothing runs; the others are for tracing, debugging and parts that not every application uses.
    private static readonly string[] _needed = ["libhostpolicy.so", "libcoreclr.so", "libclrjit.so", "libSystem.Native.so"];

    /// <summary>Lists it.</summary>
    /// <param name="application">The main .dll; empty for what this process runs on.</param>
    /// <param name="guestPath">Where the guest sees it.</param>
    /// <exception cref="SandboxConfigurationException">MAY1018: what it needs can't be told, or is not installed.</exception>
    public static IReadOnlyList<HostEntry> Read(string application, string guestPath)
    {
        var source = NameOf(application);
        try
        {
            var installation = DotnetInstallation.Find();
            RequireVisible(installation.Root, guestPath);
            var frameworks = application.Length > 0 ? installation.FrameworksOf(application) : installation.FrameworksOfThisProcess();
            var tree = new HostTree(guestPath);
            AddFiles(tree, installation, frameworks, application);
            return tree.Entries;
        }
        catch (Exception exception) when (exception is InvalidDataException or SandboxImageException)
        {
            throw LayerErrors.Unusable(source, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LayerErrors.Unusable(source, $"it can't be read ({exception.Message})", exception);
        }
    }

    /// <summary>How messages name the .NET of an application.</summary>
    public static string NameOf(string application) => application.Length > 0 ? $"the .NET of {Path.GetFullPath(application)}" : "the .NET of this process";

    /// <summary>Refuses a .NET in a folder of which a guest's root has its own.</summary>
    internal static void RequireVisible(string root, string guestPath)
    {
        if (guestPath == "/" && Array.Find(_ofGuest, folder => root.StartsWith($"{folder}/", StringComparison.Ordinal)) is { } hiding)
        {
            throw new InvalidDataException($"it is in {root}, and a guest's {hiding} is its own; install .NET elsewhere");
        }
    }

    private static void AddFiles(HostTree tree, DotnetInstallation installation, IReadOnlyDictionary<string, FrameworkVersion> frameworks, string application)
    {
        var muxer = tree.AddFile(installation.MuxerPath);
        if (installation.MuxerPath != UsualMuxer)
        {
            tree.AddLink(UsualMuxer, installation.MuxerPath);
        }

        var needed = new List<string> { muxer, tree.AddFile(installation.ResolverPath) };
        var others = new List<string>();
        foreach (var (framework, version) in frameworks)
        {
            foreach (var file in tree.AddFolder(installation.PathOf(framework, version)).Where(file => file.EndsWith(".so", StringComparison.Ordinal)))
            {
                (_needed.Contains(Path.GetFileName(file)) ? needed : others).Add(file);
            }
        }

        AddLibraries(tree, needed, others, application);
        DotnetData.AddTimeZones(tree);
        DotnetData.AddInstallLocation(tree);
    }

    private static void AddLibraries(HostTree tree, List<string> needed, List<string> others, string application)
    {
        var architecture = GuestArchitecture.OfThisHost();
        var libraries = new HostLibraries(DynamicInfoReader.Read(needed[0], architecture).Interpreter, []);
        var ownFolders = needed.Concat(others).Select(file => Path.GetDirectoryName(file)!).Distinct().ToList();
        libraries.AddTo(tree, LibraryClosure.Find(needed, Beside(ownFolders, libraries), architecture, others), ownFolders);

        var folders = ApplicationLibraries.FoldersOf(application);
        libraries.AddTo(tree, LibraryClosure.Find([], Beside(folders, libraries), architecture, folders.SelectMany(ApplicationLibraries.In)), [.. folders.Select(RealPath.Of)]);

        var opened = DotnetLibraries.Find(libraries);
        foreach (var (name, file) in opened)
        {
            libraries.AddTo(tree, name, file);
        }

        var closure = LibraryClosure.Find([], libraries.Folder, architecture, opened.Values);
        libraries.AddTo(tree, closure);
        if (closure.Libraries.FirstOrDefault(library => library.Key.StartsWith("libcrypto.", StringComparison.Ordinal)).Value is { } openSsl)
        {
            libraries.AddTo(tree, LibraryClosure.Find([], libraries.Folder, architecture, DotnetData.AddOpenSsl(tree, openSsl)));
        }
    }

    private static LibraryFolder Beside(IEnumerable<string> folders, HostLibraries libraries)
    {
        var beside = new LibraryFolder(libraries.Folder);
        foreach (var folder in folders)
        {
            beside.AddFolder(folder);
        }

        return beside;
    }
}
