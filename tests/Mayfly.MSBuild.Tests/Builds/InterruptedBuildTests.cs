namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Builds that are cancelled, killed or run out of time while a machine comes up, takes its inputs, runs its command, or hands back its outputs.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class InterruptedBuildTests(RuntimeDirectory runtime)
{
    private const long BigBytes = 1L << 30;

    // The first output is complete by the time the second one is pulled.
    private const string Project = """
        <PropertyGroup>
          <Outputs>a.txt</Outputs>
          <Outputs Condition="'$(Phase)' == 'pull'">a.txt;big.out</Outputs>
          <Inputs Condition="'$(Phase)' == 'push'">big.bin</Inputs>
          <Script>echo new &gt; a.txt</Script>
          <Script Condition="'$(Phase)' == 'run'">$(Script); echo now' 'running; sleep 3600</Script>
          <Script Condition="'$(Phase)' == 'pull'">$(Script); truncate -s 1G big.out</Script>
        </PropertyGroup>
        <Target Name="Interrupted">
          <SandboxExec Command="$(Script)" Inputs="$(Inputs)" Outputs="$(Outputs)" Timeout="$(Limit)" />
        </Target>
        """;

    [Theory]
    [InlineData("up", false)]
    [InlineData("up", true)]
    [InlineData("push", false)]
    [InlineData("push", true)]
    [InlineData("run", false)]
    [InlineData("run", true)]
    [InlineData("pull", false)]
    [InlineData("pull", true)]
    public async Task NothingIsLeftAndNoOutputIsTouched(string phase, bool isKilled)
    {
        using var project = Make();
        using var build = project.StartDotNet(Arguments(phase));
        await (phase switch
        {
            "up" => runtime.HoldTheNextMachineAsync(),
            "push" => build.SeenAsync("Mayfly: pushing '" + project["big.bin"]),
            "pull" => build.SeenAsync("Mayfly: pulling '/work/big.out'"),
            _ => build.SeenAsync("now running"),
        });

        if (isKilled)
        {
            build.Kill();
        }
        else
        {
            await build.InterruptAsync();
        }

        var result = await build.ToEndAsync();
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("error MAY", result.Output, StringComparison.Ordinal);
        Assert.Equal(phase == "up" ? 0 : 1, result.Machines);
        await AssertUntouchedAsync(project, isKilled);
    }

    [Fact]
    public async Task ATimeoutLeavesOutputsThatWereMadeUntouched()
    {
        using var project = Make();

        var result = await project.RunAsync([.. Arguments("run"), "-p:Limit=2000"]);

        result.FailedWith("MAY3002");
        await AssertUntouchedAsync(project, isKilled: false);
    }

    private ThrowAwayProject Make()
    {
        var project = new ThrowAwayProject(runtime, Project);
        project.Write("a.txt", "old\n");
        using var big = File.Create(project["big.bin"]);
        big.SetLength(BigBytes);
        return project;
    }

    private static string[] Arguments(string phase) => ["msbuild", "-t:Interrupted", $"-p:Phase={phase}", "-v:d", "-tl:off", "-nodeReuse:false"];

    private async Task AssertUntouchedAsync(ThrowAwayProject project, bool isKilled)
    {
        await runtime.EmptyAsync();
        Assert.Equal("old\n", File.ReadAllText(project["a.txt"]));
        Assert.False(File.Exists(project["big.out"]));
        if (isKilled)
        {
            (await project.RunAsync(Arguments("none"))).Succeeded().Started(1);
            Assert.Equal("new\n", File.ReadAllText(project["a.txt"]));
        }

        project.AssertNothingIsLeft();
    }
}
