namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ForEachBuildTests(RuntimeDirectory runtime)
{
    private const string Program = "System.Console.WriteLine();";

    [Fact]
    public async Task EachFileHasAMachineOfItsOwnAndOnlyChangedOnesRunAgain()
    {
        using var project = Project("sh shout.sh {Identity} &gt; made/{Filename}.txt", "made/{Filename}.txt");

        (await project.BuildAsync()).Succeeded().Started(4);
        Assert.Equal("ONE\n", File.ReadAllText(project["made/one.txt"]));
        Assert.Equal("IT'S $(TWO)\n", File.ReadAllText(project["made/it's $(two).txt"]));
        File.SetLastWriteTimeUtc(project["words/one.txt"], new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await project.BuildAsync()).Succeeded().Started(0);

        project.Write("words/sub/four.txt", "fourth\n");
        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal("FOURTH\n", File.ReadAllText(project["made/four.txt"]));

        File.Delete(project["words/one.txt"]);
        (await project.BuildAsync()).Succeeded().Started(0);
        Assert.False(File.Exists(project["made/one.txt"]));
        Assert.Equal(3, Stamps(project).Length);

        // A step that becomes one command takes what its files made along, but for what it makes itself.
        project.WriteProject("""
            <ItemGroup>
              <SandboxStep Include="shout" Command="mkdir -p made; cat words/*/*.txt > made/four.txt" Inputs="words/**/*.txt" Outputs="made/four.txt" BeforeTargets="CoreCompile" />
            </ItemGroup>
            """);
        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal("fourth\n", File.ReadAllText(project["made/four.txt"]));
        Assert.Equal([project["made/four.txt"]], Directory.GetFiles(project["made"]));
        Assert.Single(Stamps(project));

        (await project.RunAsync(["clean", "-nodeReuse:false"])).Succeeded();
        Assert.False(Directory.Exists(project["made"]));
        Assert.Empty(Stamps(project));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AFailureNamesItsFileAndKeepsTheOthersFromBeginning()
    {
        using var project = Project("grep -q o {Identity} || exit 7; cp {Identity} made/{Filename}.txt", "made/{Filename}.txt", "MaxParallel=\"1\"");
        project.Write("words/one.txt", "none\n");
        project.Write("words/it's $(two).txt", "nil\n");

        var result = (await project.BuildAsync()).FailedWith("MAY3001");

        // In the order of the list, which is the file system's.
        Assert.InRange(result.Machines, 1, 4);
        Assert.Contains("the step 'shout' for 'words/it's $(two).txt' exited with code 7 after ", result.Output, StringComparison.Ordinal);
        Assert.Equal(result.Machines - 1, Stamps(project).Length);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task FilesAreDoneAtOnceAndCtrlCEndsThemAll()
    {
        using var project = Project("echo begun {Filename}; sleep 3600", "made/{Filename}.txt", "MaxParallel=\"2\"");
        File.Delete(project["words/three.txt"]);
        File.Delete(project["words/sub/four.txt"]);
        using var build = project.StartDotNet(["build", "-v:n", "-tl:off", "-nodeReuse:false"]);

        // Neither ends, so that both have begun.
        await build.SeenAsync("begun one");
        await build.SeenAsync("begun it's $(two)");
        await build.InterruptAsync();

        Assert.NotEqual(0, (await build.ToEndAsync()).ExitCode);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task OutputsThatCollideAreAnErrorBeforeAMachineStarts()
    {
        using var project = Project("cp {Identity} made/all.txt", "made/all.txt");

        (await project.BuildAsync()).FailedWith("MAY1108").Started(0);
    }

    private ThrowAwayProject Project(string command, string outputs, string more = "")
    {
        var project = new ThrowAwayProject(
            runtime,
            $"""
            <ItemGroup>
              <SandboxStep Include="shout" ForEach="words/**/*.txt" Command="{command}" Inputs="shout.sh" Outputs="{outputs}" BeforeTargets="CoreCompile" {more} />
            </ItemGroup>
            """,
            Program);
        project.Write("shout.sh", "tr a-z A-Z < \"$1\"\n");
        foreach (var (file, text) in new[] { ("one", "one"), ("it's $(two)", "it's $(two)"), ("three", "three"), ("sub/four", "four") })
        {
            project.Write($"words/{file}.txt", text + "\n");
        }

        return project;
    }

    private static string[] Stamps(ThrowAwayProject project) => Directory.GetFiles(project["obj"], "*.stamp", SearchOption.AllDirectories);
}
