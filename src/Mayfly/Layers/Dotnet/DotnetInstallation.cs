using System.Runtime.InteropServices;
using Mayfly.Native;

namespace Mayfly.Layers.Dotnet;

/// <summary>A .NET of the host's.</summary>
/// <param name="Root">Its folder (DOTNET_ROOT), by a path without links.</param>
internal sealed record DotnetInstallation(string Root)
{
    private const string RuntimeFramework = "Microsoft.NETCore.App";
    private const string Muxer = "dotnet";

    /// <summary>The program that starts applications.</summary>
    public string MuxerPath => Path.Combine(Root, Muxer);

    /// <summary>The library by which the program chooses frameworks: it takes the newest.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string ResolverPath => Path.Combine(
        ResolverFolder,
        (Versions(ResolverFolder).Max() ?? throw new InvalidDataException($"there is no {ResolverFolder}/VERSION; install the .NET runtime again")).ToString(),
        "libhostfxr.so");

    private string ResolverFolder => Path.Combine(Root, "host", "fxr");

    /// <summary>The one that this process runs on; else that of DOTNET_ROOT, else that of `dotnet` in PATH.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static DotnetInstallation Find() => Candidates().FirstOrDefault(root => File.Exists(Path.Combine(root, Muxer))) is { } root
        ? new DotnetInstallation(RealPath.Of(root))
        : throw new InvalidDataException("no .NET was found: this process does not run on a shared one, DOTNET_ROOT names none, and there is no `dotnet` in PATH; install the .NET runtime, or set DOTNET_ROOT");

    /// <summary>Where a framework is.</summary>
    public string PathOf(string framework, FrameworkVersion version) => Path.Combine(FolderOf(framework), version.ToString());

    /// <summary>The frameworks that an application runs on.</summary>
    /// <exception cref="InvalidDataException">One is missing, or what it needs can't be told.</exception>
    public IReadOnlyDictionary<string, FrameworkVersion> FrameworksOf(string application) => Resolve(RuntimeConfiguration.OfApplication(application));

    /// <summary>The frameworks that this process runs on; where it brings its own, the shared one of its version.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public IReadOnlyDictionary<string, FrameworkVersion> FrameworksOfThisProcess()
    {
        var frameworks = new Dictionary<string, FrameworkVersion>();
        foreach (var folder in ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? "").Split(':').Select(Path.GetDirectoryName).Distinct())
        {
            if (Path.GetDirectoryName(folder) is { } framework && FrameworkVersion.Parse(Path.GetFileName(folder)!) is { } version && Directory.Exists(PathOf(Path.GetFileName(framework), version)))
            {
                frameworks.TryAdd(Path.GetFileName(framework), version);
            }
        }

        return frameworks.ContainsKey(RuntimeFramework)
            ? frameworks
            : Resolve([new FrameworkReference(RuntimeFramework, new FrameworkVersion(Environment.Version.Major, Environment.Version.Minor, 0), RollForward.Minor)]);
    }

    private static IEnumerable<string> Candidates()
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/
        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        if (Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(runtime))) is { } own)
        {
            yield return own;
        }

        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } named && Path.IsPathRooted(named))
        {
            yield return named;
        }

        if (ToolList.Locate(Muxer) is { } program)
        {
            yield return Path.GetDirectoryName(RealPath.Of(program))!;
        }
    }

    private static IReadOnlyCollection<FrameworkVersion> Versions(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateDirectories(folder).Select(path => FrameworkVersion.Parse(Path.GetFileName(path))).OfType<FrameworkVersion>()]
        : [];

    private IReadOnlyDictionary<string, FrameworkVersion> Resolve(IReadOnlyList<FrameworkReference> references) =>
        new FrameworkResolver(Installed, ReferencesOf).Resolve(references);

    // What is half removed is none.
    private IReadOnlyCollection<FrameworkVersion> Installed(string framework) =>
        [.. Versions(FolderOf(framework)).Where(version => File.Exists(Path.Combine(PathOf(framework, version), $"{framework}.deps.json")))];

    private IReadOnlyList<FrameworkReference> ReferencesOf(string framework, FrameworkVersion version)
    {
        var path = RuntimeConfiguration.PathOf(Path.Combine(PathOf(framework, version), framework));
        return framework != RuntimeFramework && File.Exists(path) ? RuntimeConfiguration.Read(path) : [];
    }

    private string FolderOf(string framework) => Path.Combine(Root, "shared", framework);
}
