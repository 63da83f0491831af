namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>What a real guest makes in place of the files it was asked for.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RefusedOutputBuildTests(RuntimeDirectory runtime)
{
    [Theory]
    [InlineData("mkfifo gen/odd", "gen/", "MAY1106")]
    [InlineData("mknod gen/odd c 1 3", "gen/", "MAY1106")]
    [InlineData("mknod gen/odd c 1 3", "gen/a;gen/odd", "MAY3010")]
    [InlineData("touch \"$(printf 'gen/a\\nb')\"", "gen/", "MAY1106")]
    [InlineData("touch \"$(printf 'gen/..\\134..\\134secret.cs')\"", "gen/", "MAY1106")]
    public async Task NothingButFilesAndFoldersIsTakenAndOldOutputsStay(string command, string outputs, string code)
    {
        using var project = new ThrowAwayProject(runtime, $"""
            <PropertyGroup><Script><![CDATA[
            echo new > gen/a
            {command.Replace("$(", "%24(", StringComparison.Ordinal)}
            ]]></Script></PropertyGroup>
            <Target Name="Make"><SandboxExec Command="mkdir -p gen$(Script)" Outputs="{outputs}" /></Target>
            """);
        project.Write("gen/a", "old");

        var result = await project.RunAsync(["msbuild", "-t:Make", "-v:n", "-tl:off", "-nodeReuse:false"]);

        result.FailedWith(code);
        Assert.Equal("old", File.ReadAllText(project["gen/a"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(project["gen"]));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AFolderOutsideTheProjectIsAnOutputOnceAPropertyNamesIt()
    {
        using var project = new ThrowAwayProject(runtime, """
            <ItemGroup><SandboxStep Include="results" Command="echo x &gt; $(Results)a.txt" Outputs="$(Results)" BeforeTargets="BeforeBuild" /></ItemGroup>
            """);
        var results = Path.Combine(project.Parent, "results");
        string[] arguments = ["msbuild", "-t:BeforeBuild", "-v:n", "-tl:off", "-nodeReuse:false", $"-p:Results={results}/"];

        Assert.Contains("MayflyOutputRoots", (await project.RunAsync(arguments)).FailedWith("MAY1105").Started(0).Output, StringComparison.Ordinal);
        (await project.RunAsync([.. arguments, $"-p:MayflyOutputRoots={results}"])).Succeeded().Started(1);

        Assert.Equal("x\n", File.ReadAllText(Path.Combine(results, "a.txt")));
        project.AssertNothingIsLeft();
    }
}
