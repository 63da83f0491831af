namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class StepBuildTests(RuntimeDirectory runtime)
{
    private const string Generate = "sh generate.sh data > $(IntermediateOutputPath)Generated.g.cs";

    [Fact]
    public async Task AGeneratedSourceIsCompiledAndOnlyMadeAnewWhenSomethingChanged()
    {
        using var project = Project(Step(Generate));

        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal("one", (await project.RunProgramAsync()).Succeeded().Output.Trim());

        (await project.BuildAsync()).Succeeded().Started(0);

        project.Write("data/words.txt", "another\n");
        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal("another", (await project.RunProgramAsync()).Succeeded().Output.Trim());

        project.Write("data/more.txt", "word\n");
        Assert.Contains("the step 'generate' runs: 'data/more.txt' is a new input.", (await project.BuildAsync()).Succeeded().Started(1).Output, StringComparison.Ordinal);
        Assert.Equal("word another", (await project.RunProgramAsync()).Succeeded().Output.Trim());

        File.Delete(project["data/more.txt"]);
        (await project.BuildAsync()).Succeeded().Started(1);

        project.WriteProject(Step(Generate + "; echo >> $(IntermediateOutputPath)Generated.g.cs"));
        (await project.BuildAsync()).Succeeded().Started(1);

        (await project.BuildAsync("--no-incremental")).Succeeded().Started(1);
        (await project.BuildAsync()).Succeeded().Started(0);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AnOutputThatComesOutAsItWasIsNotCompiledAgain()
    {
        using var project = Project(Step(Generate));
        (await project.BuildAsync()).Succeeded().Started(1);
        var before = File.GetLastWriteTimeUtc(project["obj/Debug/net10.0/Generated.g.cs"]);
        var compiled = File.GetLastWriteTimeUtc(project["obj/Debug/net10.0/app.dll"]);

        // The generator makes the same of it.
        project.Write("data/words.txt", "  one\n");
        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal(before, File.GetLastWriteTimeUtc(project["obj/Debug/net10.0/Generated.g.cs"]));
        Assert.Equal(compiled, File.GetLastWriteTimeUtc(project["obj/Debug/net10.0/app.dll"]));
        (await project.BuildAsync()).Succeeded().Started(0);
    }

    [Fact]
    public async Task CleanRemovesOutputsAndStamps()
    {
        using var project = Project(Step("mkdir -p made; cp generate.sh made/copy.txt; " + Generate, outputs: "$(IntermediateOutputPath)Generated.g.cs;made/"));
        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.True(File.Exists(project["made/copy.txt"]));

        (await project.RunAsync(["clean", "-nodeReuse:false"])).Succeeded();

        Assert.False(Directory.Exists(project["made"]));
        Assert.False(Directory.Exists(project["obj/Debug/net10.0/mayfly"]));
        Assert.False(File.Exists(project["obj/Debug/net10.0/Generated.g.cs"]));
        Assert.Empty(Directory.EnumerateFiles(project["obj"], "*.stamp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ADesignTimeBuildStartsNoMachineAndKnowsTheOutputsOfTheLastBuild()
    {
        using var project = Project(Step(Generate));
        string[] designTime = ["msbuild", "-restore", "-v:n", "-tl:off", "-nodeReuse:false", "-t:CoreCompile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-getItem:Compile"];

        Assert.DoesNotContain("Generated.g.cs", (await project.RunAsync(designTime)).Succeeded().Output, StringComparison.Ordinal);
        (await project.BuildAsync()).Succeeded().Started(1);

        Assert.Contains("Generated.g.cs", (await project.RunAsync(designTime)).Succeeded().Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task StepsStandWhereTheyAreTiedToAndInTheirOrder()
    {
        using var project = Project("""
            <ItemGroup>
              <SandboxStep Include="last" Command="cat first.txt app.txt > last.txt" Inputs="first.txt;app.txt" Outputs="last.txt" AfterTargets="Build" />
              <SandboxStep Include="source" Command="sh generate.sh data > obj/Generated.g.cs" Inputs="data/*.txt;generate.sh" Outputs="obj/Generated.g.cs" BeforeTargets="CoreCompile" />
              <SandboxStep Include="first" Command="echo $WHAT > first.txt" EnvironmentVariables="WHAT=first step;X=1" Outputs="first.txt" BeforeTargets="BeforeBuild" />
              <SandboxStep Include="built" Command="ls -1 bin > app.txt" Outputs="app.txt" AfterTargets="Build" />
              <SandboxStepInput Include="$(OutDir)app.dll" Step="built" GuestPath="bin/app.dll" />
            </ItemGroup>
            """);
        // 'last' stands before 'built' in the file, and needs what it makes.
        project.Write("app.txt", "stale\n");

        (await project.BuildAsync()).Succeeded().Started(4);

        Assert.Equal("first step\nstale\n", File.ReadAllText(project["last.txt"]));
        Assert.Equal("app.dll\n", File.ReadAllText(project["app.txt"]));
        Assert.Equal("one", (await project.RunProgramAsync()).Succeeded().Output.Trim());
    }

    [Fact]
    public async Task AStepWithASlipIsAnErrorAndRunsNothing()
    {
        using var project = Project("""
            <ItemGroup>
              <SandboxStep Include="a" Command="true" BeforeTargets="Link" Input="x" />
              <SandboxStepInput Include="data/*.txt" Step="b" />
            </ItemGroup>
            """);

        var result = (await project.BuildAsync()).FailedWith("MAY1108").Started(0);

        Assert.Contains("'Link', which is none of", result.Output, StringComparison.Ordinal);
        Assert.Contains("the metadata 'Input'", result.Output, StringComparison.Ordinal);
        Assert.Matches("app.csproj : error MAY1108: the SandboxStepInput 'data/words.txt' belongs to the step 'b', which does not exist.* There are: a[.]", result.Output);

        project.WriteProject("""<ItemGroup><SandboxStepOutput Include="x.txt" Step="a" /></ItemGroup>""");
        Assert.Contains("There are no steps.", (await project.BuildAsync()).FailedWith("MAY1108").Started(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoProjectsBuildSideBySide()
    {
        using var one = Project(Step(Generate));
        using var two = Project(Step(Generate));
        two.Write("data/words.txt", "two\n");

        var results = await Task.WhenAll(one.BuildAsync(), two.BuildAsync());

        Assert.All(results, result => result.Succeeded().Started(1));
        Assert.Equal("one", (await one.RunProgramAsync()).Output.Trim());
        Assert.Equal("two", (await two.RunProgramAsync()).Output.Trim());
        one.AssertNothingIsLeft();
        two.AssertNothingIsLeft();
    }

    private ThrowAwayProject Project(string body)
    {
        var project = new ThrowAwayProject(runtime, body);
        project.Write("data/words.txt", "one\n");
        project.Write("generate.sh", """
            echo "static class Generated { public const string Text = \"$(echo $(cat $1/*.txt | tr '\n' ' '))\"; }"
            """);
        return project;
    }

    private static string Step(string command, string outputs = "$(IntermediateOutputPath)Generated.g.cs") => $"""
        <ItemGroup>
          <SandboxStep Include="generate" Command="{command.Replace(">", "&gt;", StringComparison.Ordinal)}" Inputs="data/*.txt;generate.sh"
                       Outputs="{outputs}" BeforeTargets="CoreCompile" Timeout="00:01:00" />
        </ItemGroup>
        """;
}
