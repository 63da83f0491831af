using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.Packages.Tests.Feed;

public sealed partial class PackageContentTests
{
    public static TheoryData<string> Ids => ["Mayfly", "Mayfly.MSBuild", "Mayfly.Xunit", "Mayfly.Xunit.V3", "Mayfly.Cli"];

    [Fact]
    public void TheLibraryIsOnePackageWithTheProtocolAndTheAgentInIt() => AssertHolds(
        "Mayfly",
        "lib/net10.0/Mayfly.Protocol.dll",
        "lib/net10.0/Mayfly.dll",
        "ref/net10.0/Mayfly.Protocol.dll",
        "ref/net10.0/Mayfly.Protocol.xml",
        "ref/net10.0/Mayfly.dll",
        "ref/net10.0/Mayfly.xml",
        "runtimes/linux-x64/native/mayfly-agent");

    [Fact]
    public void TheTaskBringsItsTargetsAndEverythingButMSBuild() => AssertHolds(
        "Mayfly.MSBuild",
        [.. SourcesIn("build"), .. SourcesIn("buildTransitive"),
        "tasks/net10.0/Mayfly.MSBuild.deps.json",
        "tasks/net10.0/Mayfly.MSBuild.dll",
        "tasks/net10.0/Mayfly.MSBuild.xml",
        "tasks/net10.0/Mayfly.Protocol.dll",
        "tasks/net10.0/Mayfly.dll",
        "tasks/net10.0/Microsoft.Extensions.DependencyInjection.Abstractions.dll",
        "tasks/net10.0/Microsoft.Extensions.Logging.Abstractions.dll",
        "tasks/net10.0/mayfly-agent"]);

    [Theory]
    [InlineData("Mayfly.Xunit")]
    [InlineData("Mayfly.Xunit.V3")]
    public void ATestPackageIsItsAssembly(string id) => AssertHolds(id, $"lib/net10.0/{id}.dll", $"ref/net10.0/{id}.dll", $"ref/net10.0/{id}.xml");

    [Fact]
    public void TheToolBringsEverythingItRunsOn() => AssertHolds(
        "Mayfly.Cli",
        "tools/net10.0/any/DotnetToolSettings.xml",
        "tools/net10.0/any/Mayfly.Cli.deps.json",
        "tools/net10.0/any/Mayfly.Cli.dll",
        "tools/net10.0/any/Mayfly.Cli.pdb",
        "tools/net10.0/any/Mayfly.Cli.runtimeconfig.json",
        "tools/net10.0/any/Mayfly.Protocol.dll",
        "tools/net10.0/any/Mayfly.Protocol.pdb",
        "tools/net10.0/any/Mayfly.dll",
        "tools/net10.0/any/Mayfly.pdb",
        "tools/net10.0/any/Microsoft.Extensions.DependencyInjection.Abstractions.dll",
        "tools/net10.0/any/Microsoft.Extensions.Logging.Abstractions.dll",
        "tools/net10.0/any/System.CommandLine.dll",
        "tools/net10.0/any/mayfly-agent");

    [Theory]
    [InlineData("Mayfly", "Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("Mayfly.MSBuild", "")]
    [InlineData("Mayfly.Xunit", "Mayfly xunit.extensibility.execution")]
    [InlineData("Mayfly.Xunit.V3", "Mayfly xunit.v3.extensibility.core")]
    [InlineData("Mayfly.Cli", "")]
    public void APackageDependsOnWhatItDoesNotBring(string id, string dependencies) =>
        Assert.Equal(dependencies, string.Join(' ', LocalFeed.Packages[id].Dependencies));

    [Theory]
    [MemberData(nameof(Ids))]
    public void APackageSaysWhatItIsAndNotWhereItComesFrom(string id)
    {
        var package = LocalFeed.Packages[id];

        Assert.Equal(Repository.Version, package.Tell("version"));
        Assert.Equal("Apache-2.0", package.Tell("license"));
        Assert.Equal("README.md", package.Tell("readme"));
        Assert.Equal("icon.png", package.Tell("icon"));
        Assert.NotEmpty(package.Tell("description")!);
        Assert.Null(package.Tell("repository"));
        Assert.Null(package.Tell("projectUrl"));
        Assert.Equal(id == "Mayfly.MSBuild" ? "true" : null, package.Tell("developmentDependency"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void AReadmeLeadsNowhereThatAPackagesPageHasNot(string id)
    {
        var text = LocalFeed.Packages[id].Text("README.md");

        Assert.StartsWith("# ", text, StringComparison.Ordinal);
        Assert.All(Link().Matches(text), link => Assert.StartsWith("https://", link.Groups[1].Value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void AnIconIsAPngOf128Pixels(string id)
    {
        var icon = LocalFeed.Packages[id]["icon.png"].AsSpan();

        Assert.True(icon.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\u001a\n"u8]));
        Assert.Equal(128, BinaryPrimitives.ReadInt32BigEndian(icon[16..]));
        Assert.Equal(128, BinaryPrimitives.ReadInt32BigEndian(icon[20..]));
    }

    [Theory]
    [InlineData("Mayfly", "lib/net10.0/Mayfly.pdb lib/net10.0/Mayfly.Protocol.pdb")]
    [InlineData("Mayfly.MSBuild", "tasks/net10.0/Mayfly.MSBuild.pdb tasks/net10.0/Mayfly.pdb tasks/net10.0/Mayfly.Protocol.pdb")]
    [InlineData("Mayfly.Xunit", "lib/net10.0/Mayfly.Xunit.pdb")]
    [InlineData("Mayfly.Xunit.V3", "lib/net10.0/Mayfly.Xunit.V3.pdb")]
    [InlineData("Mayfly.Cli", "tools/net10.0/any/Mayfly.Cli.pdb tools/net10.0/any/Mayfly.pdb tools/net10.0/any/Mayfly.Protocol.pdb")]
    public void SymbolsOfAllAssembliesOfOursAreInTheSymbolPackage(string id, string symbols)
    {
        var files = new Package(LocalFeed.PathOf(id, "snupkg")).Files.Where(name => name.EndsWith(".pdb", StringComparison.Ordinal));

        Assert.Equal(symbols.Split(' ').Order(StringComparer.Ordinal), files);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void NothingTellsOfTheMachineItWasBuiltOn(string id)
    {
        string[] ours = [Repository.Root + "/", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/"];
        foreach (var package in new[] { LocalFeed.Packages[id], new Package(LocalFeed.PathOf(id, "snupkg")) })
        {
            foreach (var file in package.Files)
            {
                Assert.All(ours, path => Assert.True(
                    package[file].AsSpan().IndexOf(Encoding.UTF8.GetBytes(path)) < 0 && package[file].AsSpan().IndexOf(Encoding.Unicode.GetBytes(path)) < 0,
                    $"{id}: {file} holds {path}"));
            }
        }
    }

    [Fact]
    public void TheTasksDependenciesAreAllInItsFolder()
    {
        var package = LocalFeed.Packages["Mayfly.MSBuild"];
        using var dependencies = JsonDocument.Parse(package["tasks/net10.0/Mayfly.MSBuild.deps.json"]);

        var assemblies = dependencies.RootElement.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject()
            .Where(library => library.Value.TryGetProperty("runtime", out _))
            .SelectMany(library => library.Value.GetProperty("runtime").EnumerateObject())
            .Select(file => "tasks/net10.0/" + Path.GetFileName(file.Name));
        Assert.Equal(package.Files.Where(name => name.EndsWith(".dll", StringComparison.Ordinal)), assemblies.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> SourcesIn(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf("src", "Mayfly.MSBuild", folder)).Select(file => $"{folder}/{Path.GetFileName(file)}");

    private static void AssertHolds(string id, params string[] files) =>
        Assert.Equal(files.Concat([$"{id}.nuspec", "README.md", "icon.png"]).Order(StringComparer.Ordinal), LocalFeed.Packages[id].Files);

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();
}
