namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>A folder of installed packages, as NuGet leaves one.</summary>
internal static class NuGetFolder
{
    /// <summary>Puts a package without content there.</summary>
    public static void Write(string folder, string id, string version)
    {
        var package = Directory.CreateDirectory(Path.Combine(folder, id.ToLowerInvariant(), version)).FullName;
        File.WriteAllText(Path.Combine(package, $"{id.ToLowerInvariant()}.nuspec"), $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><id>{id}</id><version>{version}</version><authors>nobody</authors><description>Nothing.</description></metadata>
            </package>
            """);
        File.WriteAllText(Path.Combine(package, $"{id.ToLowerInvariant()}.{version}.nupkg.sha512"), "AAAA");
        File.WriteAllText(Path.Combine(package, ".nupkg.metadata"), """{ "version": 2, "contentHash": "AAAA", "source": null }""");
    }
}
