namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class SessionBuildTests(RuntimeDirectory runtime)
{
    private const string Program = "System.Console.WriteLine();";

    // Only the SDK's own targeting pack is sure to be there.
    private const string OlderFramework = """
        <PropertyGroup Condition="'$(TargetFramework)' == 'net9.0'">
          <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
        </PropertyGroup>
        <ItemGroup Condition="'$(TargetFramework)' == 'net9.0'">
          <Reference Include="$(NetCoreTargetingPackRoot)/Microsoft.NETCore.App.Ref/*/ref/net10.0/*.dll" />
        </ItemGroup>
        """;

    [Fact]
    public async Task TwoStepsShareAMachineAndASkippedOneIsDoneAgainForTheOther()
    {
        using var project = Project();

        (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Equal("one two\n", File.ReadAllText(project["second.txt"]));
        (await project.BuildAsync()).Succeeded().Started(0);

        // Only the second is stale; what the first has left in /tmp is there all the same, and its output is not touched.
        var before = File.GetLastWriteTimeUtc(project["first.txt"]);
        project.Write("b.txt", "zwei\n");
        var built = (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Contains("step 'first' is up to date, and done again", built.Output, StringComparison.Ordinal);
        Assert.Equal("one zwei\n", File.ReadAllText(project["second.txt"]));
        Assert.Equal(before, File.GetLastWriteTimeUtc(project["first.txt"]));

        // The second depends on the first by what it leaves behind.
        project.Write("a.txt", "eins\n");
        built = (await project.BuildAsync()).Succeeded().Started(1);
        Assert.Contains("the step 'first' runs: 'a.txt' has changed.", built.Output, StringComparison.Ordinal);
        Assert.Contains("the step 'second' runs: an earlier step of its session ran.", built.Output, StringComparison.Ordinal);
        Assert.Equal("eins zwei\n", File.ReadAllText(project["second.txt"]));
        (await project.BuildAsync()).Succeeded().Started(0);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AFailingBuildEndsTheMachine()
    {
        using var project = Project("exit 3");

        (await project.BuildAsync()).FailedWith("MAY3001").Started(1);

        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task CtrlCEndsTheMachine()
    {
        using var project = Project("sleep 3600");
        using var build = project.StartDotNet(["build", "-v:n", "-tl:off", "-nodeReuse:false"]);
        await build.SeenAsync("sleep 3600");

        await build.InterruptAsync();

        Assert.NotEqual(0, (await build.ToEndAsync()).ExitCode);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task CtrlCBetweenTwoStepsEndsTheMachine()
    {
        using var project = Project(after: """<Target Name="Wait" AfterTargets="_MayflyStepsBeforeBeforeBuild"><Exec Command="echo waiting; exec sleep 3600" /></Target>""");
        using var build = project.StartDotNet(["build", "-v:n", "-tl:off", "-nodeReuse:false"]);
        await build.SeenAsync("waiting");
        Assert.NotEmpty(runtime.Machines);

        await build.InterruptAsync();

        Assert.NotEqual(0, (await build.ToEndAsync()).ExitCode);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AMachineThatDiesIsNotReplacedAndLaterStepsSayWhereItDied()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <Target Name="Steps" BeforeTargets="CoreCompile">
              <SandboxExec Session="s" Command="echo first" />
              <SandboxExec Session="s" Command="echo c &gt; /proc/sysrq-trigger; sleep 60" ContinueOnError="ErrorAndContinue" />
              <SandboxExec Session="s" Command="echo third" />
            </Target>
            """,
            Program);

        var result = (await project.BuildAsync()).FailedWith("MAY1115").Started(1);

        Assert.Matches("it died in the step 'SandboxExec in line [0-9]+ of app.csproj'", result.Output);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ATaskHostKeepsTheMachineToo()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <UsingTask TaskName="Mayfly.MSBuild.SandboxExec" AssemblyFile="$(MayflyTaskAssembly)" TaskFactory="TaskHostFactory" />
            <Target Name="Steps" BeforeTargets="CoreCompile">
              <SandboxExec Session="s" Command="echo state &gt; /tmp/state" />
              <SandboxExec Session="s" Command="echo found $(cat /tmp/state)" />
            </Target>
            """.Replace("$(cat", "%24(cat", StringComparison.Ordinal),
            Program);

        var result = (await project.BuildAsync()).Succeeded().Started(1);

        Assert.Contains("found state", result.Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task EachFrameworkHasASessionOfItsOwn()
    {
        using var project = Project();
        project.Write("app.csproj", File.ReadAllText(project["app.csproj"])
            .Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;net9.0</TargetFrameworks>", StringComparison.Ordinal)
            .Replace("</Project>", OlderFramework + "</Project>", StringComparison.Ordinal)
            .Replace("first.txt", "$(IntermediateOutputPath)first.txt", StringComparison.Ordinal)
            .Replace("second.txt", "$(IntermediateOutputPath)second.txt", StringComparison.Ordinal));

        (await project.BuildAsync()).Succeeded().Started(2);

        Assert.Equal("one two\n", File.ReadAllText(project["obj/Debug/net10.0/second.txt"]));
        Assert.Equal("one two\n", File.ReadAllText(project["obj/Debug/net9.0/second.txt"]));
        project.AssertNothingIsLeft();
    }

    private ThrowAwayProject Project(string then = "true", string after = "")
    {
        var project = new ThrowAwayProject(
            runtime,
            $"""
            <ItemGroup>
              <SandboxStep Include="first" Session="s" Command="cat a.txt &gt; /tmp/state; cp a.txt first.txt" Inputs="a.txt" Outputs="first.txt" BeforeTargets="BeforeBuild" />
              <SandboxStep Include="second" Session="s" Command="{then}; echo $(cat /tmp/state b.txt) &gt; second.txt" Inputs="b.txt" Outputs="second.txt" AfterTargets="CoreCompile" />
            </ItemGroup>
            {after}
            """.Replace("$(cat", "%24(cat", StringComparison.Ordinal),
            Program);
        project.Write("a.txt", "one\n");
        project.Write("b.txt", "two\n");
        return project;
    }
}
