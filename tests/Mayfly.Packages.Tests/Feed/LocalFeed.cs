namespace Mayfly.Packages.Tests.Feed;

/// <summary>The packages that build/pack has made, of what is built at present.</summary>
internal static class LocalFeed
{
    private const string Remedy = "Run build/pack --no-build after a build with -c Release, or build/pack.";

    // What each package holds of what has been built: a difference means that it was made before that.
    private static readonly (string Id, string Entry, string Built)[] s_sources =
    [
        ("Mayfly", "lib/net10.0/Mayfly.dll", "src/Mayfly/bin/Release/net10.0/Mayfly.dll"),
        ("Mayfly", "lib/net10.0/Mayfly.Protocol.dll", "src/Mayfly.Protocol/bin/Release/net9.0/Mayfly.Protocol.dll"),
        ("Mayfly", "runtimes/linux-x64/native/mayfly-agent", "artifacts/agent/linux-x64/mayfly-agent"),
        ("Mayfly.MSBuild", "tasks/net10.0/Mayfly.MSBuild.dll", "src/Mayfly.MSBuild/bin/Release/net10.0/Mayfly.MSBuild.dll"),
        ("Mayfly.MSBuild", "build/Mayfly.MSBuild.targets", "src/Mayfly.MSBuild/build/Mayfly.MSBuild.targets"),
        ("Mayfly.MSBuild", "build/Mayfly.MSBuild.Anchors.targets", "src/Mayfly.MSBuild/build/Mayfly.MSBuild.Anchors.targets"),
        ("Mayfly.Xunit", "lib/net10.0/Mayfly.Xunit.dll", "src/Mayfly.Xunit/bin/Release/net10.0/Mayfly.Xunit.dll"),
        ("Mayfly.Xunit.V3", "lib/net10.0/Mayfly.Xunit.V3.dll", "src/Mayfly.Xunit.V3/bin/Release/net10.0/Mayfly.Xunit.V3.dll"),
        ("Mayfly.Cli", "tools/net10.0/any/Mayfly.Cli.dll", "src/Mayfly.Cli/bin/Release/net10.0/Mayfly.Cli.dll"),
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, Package>> s_packages = new(Load);

    /// <summary>The folder.</summary>
    public static string Folder => Repository.PathOf("artifacts", "packages");

    /// <summary>The packages by their names.</summary>
    public static IReadOnlyDictionary<string, Package> Packages => s_packages.Value;

    /// <summary>The path of a package.</summary>
    public static string PathOf(string id, string extension = "nupkg") => Path.Combine(Folder, $"{id}.{Repository.Version}.{extension}");

    private static Dictionary<string, Package> Load()
    {
        var packages = new Dictionary<string, Package>();
        foreach (var id in s_sources.Select(source => source.Id).Distinct())
        {
            Assert.True(File.Exists(PathOf(id)), $"{PathOf(id)} does not exist. {Remedy}");
            packages.Add(id, new Package(PathOf(id)));
        }

        foreach (var (id, entry, built) in s_sources)
        {
            Assert.True(packages[id].Files.Contains(entry), $"{PathOf(id)} holds no {entry}. {Remedy}");
            Assert.True(
                File.ReadAllBytes(Repository.PathOf(built)).AsSpan().SequenceEqual(packages[id][entry]),
                $"{entry} in {PathOf(id)} is older than {built}. {Remedy}");
        }

        return packages;
    }
}
