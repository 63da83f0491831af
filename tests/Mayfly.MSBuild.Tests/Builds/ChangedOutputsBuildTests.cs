namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Steps that make other files than the last time.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ChangedOutputsBuildTests(RuntimeDirectory runtime)
{
    private const string Step = """
        <ItemGroup>
          <SandboxStep Include="change" BeforeTargets="BeforeBuild" Outputs="gen/" Command="$(Make)" />
        </ItemGroup>
        """;

    [Fact]
    public async Task AFolderMayBecomeAFileAndTheReverseAndWhatIsNotMadeAgainGoes()
    {
        using var project = new ThrowAwayProject(runtime, Step, "System.Console.WriteLine();");

        (await project.BuildAsync("-p:Make=mkdir gen/a && echo b > gen/a/b.txt && echo s > gen/stale.txt")).Succeeded().Started(1);
        Assert.Equal(["gen/a/b.txt", "gen/stale.txt"], Made(project));

        (await project.BuildAsync("-p:Make=echo a > gen/a")).Succeeded().Started(1);
        Assert.Equal(["gen/a"], Made(project));

        project.Write("gen/mine.txt", "mine");
        (await project.BuildAsync("-p:Make=mkdir gen/a && echo c > gen/a/c.txt")).Succeeded().Started(1);
        Assert.Equal(["gen/a/c.txt", "gen/mine.txt"], Made(project));
        project.AssertNothingIsLeft();
    }

    private static IEnumerable<string> Made(ThrowAwayProject project) =>
        Directory.EnumerateFiles(project["gen"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(project["."], path)).Order(StringComparer.Ordinal);
}
