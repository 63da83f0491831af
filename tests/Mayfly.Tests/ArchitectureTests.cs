using System.Reflection;
using System.Xml.Linq;
using Mayfly.Diagnostics;

namespace Mayfly.Tests;

public sealed class ArchitectureTests
{
    /// <summary>Who may know whom.</summary>
    private static readonly Dictionary<string, string[]> s_mayReference = new()
    {
        ["src/Mayfly.Protocol"] = [],
        ["src/Mayfly"] = ["Mayfly.Protocol"],
        ["src/Mayfly.MSBuild"] = ["Mayfly"],
        ["src/Mayfly.Xunit"] = ["Mayfly"],
        ["src/Mayfly.Xunit.V3"] = ["Mayfly"],
        ["src/Mayfly.Cli"] = ["Mayfly"],
        ["src/Mayfly.SshNet"] = ["Mayfly"],
        ["guest/Mayfly.Agent"] = ["Mayfly.Protocol"],
    };

    private static readonly string[] s_rooms = ["src", "guest"];

    [Fact]
    public void DependenciesPointOneWay()
    {
        var projects = s_rooms
            .SelectMany(room => Directory.EnumerateFiles(Path.Combine(Repository.Root, room), "*.csproj", SearchOption.AllDirectories))
            .ToDictionary(path => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!), ReferencesOf);

        Assert.Equal(s_mayReference.Keys.Order(), projects.Keys.Order());
        Assert.All(projects, project => Assert.Equal(s_mayReference[project.Key], project.Value));
    }

    [Fact]
    public void FrontEndsUseOnlyThePublicApi()
    {
        var friends = typeof(Sandbox).Assembly.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>();

        Assert.Equal("Mayfly.Benchmarks Mayfly.Chaos Mayfly.Fuzz Mayfly.SshNet.Tests Mayfly.Tests", string.Join(" ", friends.Select(friend => friend.AssemblyName).Order()));
    }

    [Fact]
    public void EveryErrorCodeIsUniqueAndDocumented()
    {
        var codes = typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).ToList();
        var documented = File.ReadLines(Path.Combine(Repository.Root, "src", "README.md"))
            .Where(line => line.StartsWith("| MAY", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim())
            .ToList();

        Assert.Equal(codes.Order(), documented.Order());
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^MAY[1-5][0-9]{3}$", code));
    }

    private static string[] ReferencesOf(string project) =>
        [.. XDocument.Load(project)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order()];
}
