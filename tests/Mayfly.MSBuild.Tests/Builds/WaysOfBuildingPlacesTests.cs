namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Projects in awkward places, started from elsewhere, with their step in another file.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class WaysOfBuildingPlacesTests(RuntimeDirectory runtime)
{
    [Theory]
    [InlineData("my app (x86) it's")]
    [InlineData("größe 日本 \"quoted\"")]
    [InlineData("a;b 100% & co")]
    public async Task TheNameOfTheFolderIsOfNoMatter(string folder)
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, folder: folder);

        await project.RunAsync(runtime, 1, "build", "-nodeReuse:false");
        Assert.Equal("one", await project.SayAsync());
        await project.RunAsync(runtime, 0, "build", "-nodeReuse:false");
        project.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("-m")]
    [InlineData("-mt")]
    public async Task TheCurrentDirectoryIsOfNoMatter(string mode)
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime);
        using var build = project.StartDotNet(["build", project["app.csproj"], mode, "-nodeReuse:false"], "/");

        await runtime.AssertStartedAsync(1, (await build.ToEndAsync()).Succeeded());

        Assert.Equal("one", await project.SayAsync());
        await project.RunAsync(runtime, 0, "build", "-nodeReuse:false");
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AStepCanStandInDirectoryBuildTargets()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, "", folder: "sources/app");
        File.WriteAllText(Path.Combine(project.Parent, "Directory.Build.targets"), $"<Project>{WaysOfBuildingProject.Step}</Project>");

        await project.RunAsync(runtime, 1, "build", "-mt", "-nodeReuse:false");

        Assert.Equal("one", await project.SayAsync());
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AProjectWithoutAnSdkHasStepsTooInAFolderThatAnSdkDoesNotBear()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, "", folder: "50%41 $(HOME) @(Compile) [x] ?*");
        project.Write("steps.proj", $"""
            <Project DefaultTargets="Build">
              <PropertyGroup><IntermediateOutputPath>obj/</IntermediateOutputPath></PropertyGroup>
              {ThrowAwayProject.ImportBefore}
              <ItemGroup><SandboxStep Include="copy" Command="cat words.txt &gt; copy.txt" Inputs="words.txt" Outputs="copy.txt" AfterTargets="Build" /></ItemGroup>
              <Target Name="Build" />
              {ThrowAwayProject.ImportAfter}
            </Project>
            """);

        await project.RunAsync(runtime, 1, "build", "steps.proj", "-nodeReuse:false");
        Assert.Equal("one", File.ReadAllText(project["copy.txt"]));
        await project.RunAsync(runtime, 0, "msbuild", "steps.proj", "-nodeReuse:false");
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task OutputsGoToTheArtifactsOfARepositoryAndToAFolderOfThePublishersChoice()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, $"""
            {WaysOfBuildingProject.Step}
            <ItemGroup><SandboxStep Include="note" Command="cat words.txt &gt; &quot;$(PublishDir)note.txt&quot;" Inputs="words.txt" Outputs="$(PublishDir)note.txt" AfterTargets="Publish" /></ItemGroup>
            """, folder: "sources/app");
        File.WriteAllText(Path.Combine(project.Parent, "Directory.Build.props"), "<Project><PropertyGroup><ArtifactsPath>$(MSBuildThisFileDirectory)artifacts</ArtifactsPath></PropertyGroup></Project>");

        await project.RunAsync(runtime, 2, "publish", "-nodeReuse:false");

        Assert.Equal("one", File.ReadAllText(Path.Combine(project.Parent, "artifacts/publish/app/release/note.txt")));
        Assert.True(File.Exists(Path.Combine(project.Parent, "artifacts/obj/app/release/Generated.g.cs")));
        var elsewhere = Path.Combine(project.Parent, "else where/");
        await project.RunAsync(runtime, 1, "publish", "-o", elsewhere, "-nodeReuse:false");
        Assert.Equal("one", File.ReadAllText(Path.Combine(elsewhere, "note.txt")));
        project.AssertNothingIsLeft();
    }
}
