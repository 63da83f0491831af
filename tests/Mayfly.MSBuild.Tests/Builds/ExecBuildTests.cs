using System.Diagnostics;

namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ExecBuildTests(RuntimeDirectory runtime)
{
    private const string Program = "System.Console.WriteLine();";

    [Fact]
    public async Task AFailingCommandFailsTheBuildWithItsOutputInTheError()
    {
        using var project = Exec("""Command="echo the reason; echo ::error::forged; exit 3" """);

        var result = (await project.BuildAsync()).FailedWith("MAY3001").Started(1);

        var error = result.Output[result.Output.IndexOf("error MAY3001: ", StringComparison.Ordinal)..];
        Assert.Matches("^error MAY3001: the command exited with code 3 after [0-9.]+ s: echo the reason; ", error);
        Assert.Contains("the reason", error, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Output.Split('\n'), line => line.Trim().StartsWith("::", StringComparison.Ordinal));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task TheTerminalLoggerShowsTheEndOfTheOutputToo()
    {
        using var project = Exec("""Command="echo the reason; exit 3" """);

        var result = await project.RunAsync(["build", "-v:m", "-tl:on", "-nodeReuse:false"]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("the reason", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExitCodeCanBeIgnoredAndRead()
    {
        using var project = Exec(
            """Command="echo a line; exit 42" IgnoreExitCode="true" ConsoleToMSBuild="true" """,
            """<Output TaskParameter="ExitCode" PropertyName="Code" /><Output TaskParameter="ConsoleOutput" ItemName="Lines" />""",
            """<Message Importance="High" Text="code=$(Code) lines=@(Lines)" />""");

        var result = (await project.BuildAsync()).Succeeded();

        Assert.Contains("code=42 lines=a line", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinesInTheShapeOfErrorsAndWarningsBecomeOnes()
    {
        using var project = Exec("""Command="echo 'data/x.y(3,7): error GEN1: no rule'; echo 'gen : warning GEN2: slow'" """);

        var result = await project.BuildAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("data/x.y(3,7): error GEN1: no rule", result.Output, StringComparison.Ordinal);
        Assert.Contains("gen : warning GEN2: slow", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATimeoutEndsTheCommandAndSaysSo()
    {
        using var project = Exec("""Command="echo begun; sleep 600" Timeout="3000" """);

        var result = (await project.BuildAsync()).FailedWith("MAY3002");

        Assert.Contains("begun", result.Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AMissingOutputIsAnErrorAndOldOutputsStay()
    {
        using var project = Exec("""Command="echo new > a.txt" Outputs="a.txt;b.txt" """);
        project.Write("a.txt", "old");

        var result = (await project.BuildAsync()).FailedWith("MAY1101");

        Assert.Contains("b.txt", result.Output, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(project["a.txt"]));
        project.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("../x.txt", "MAY1105")]
    [InlineData("$(MSBuildProjectDirectory)", "MAY1105")]
    public async Task AnOutputOutsideTheProjectIsRefusedBeforeAMachineStarts(string output, string code)
    {
        using var project = Exec($"""Command="true" Outputs="{output}" """);

        (await project.BuildAsync()).FailedWith(code).Started(0);
    }

    [Fact]
    public async Task ALinkIsNotTakenFromAGuest()
    {
        using var project = Exec("""Command="mkdir gen; echo x > gen/a; ln -s a gen/b" Outputs="gen/" """);

        var result = await project.BuildAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches("error MAY(1106|3013): ", result.Output);
        Assert.False(File.Exists(project["gen/a"]));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ASeveralLineScriptRunsInItsWorkingDirectoryWithItsVariablesOnly()
    {
        using var project = Exec(
            """Command="$(Script)" WorkingDirectory="sub" EnvironmentVariables="NAME=a b;OTHER=c" ConsoleToMSBuild="true" """,
            """<Output TaskParameter="ConsoleOutput" ItemName="Lines" />""",
            """<Message Importance="High" Text="lines=@(Lines, '|')" />""",
            "<PropertyGroup><Script>\npwd\necho $NAME $OTHER\necho [$XDG_RUNTIME_DIR]\n</Script></PropertyGroup>");

        var result = (await project.BuildAsync()).Succeeded();

        Assert.Contains("lines=/work/sub|a b c|[]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlCEndsTheBuildAtOnceAndLeavesNothing()
    {
        using var project = Exec("""Command="echo now running; sleep 3600" """);
        using var build = project.StartDotNet(["build", "-v:n", "-tl:off", "-nodeReuse:false"]);
        await build.SeenAsync("Mayfly: sandbox ");
        Assert.NotEmpty(RunningBuild.ProcessesNaming(runtime.Path));

        await build.InterruptAsync();
        var result = await build.ToEndAsync();

        Assert.NotEqual(0, result.ExitCode);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ANodeThatIsKilledInMidBuildTakesItsMachineAlong()
    {
        using var project = Exec("""Command="echo now running; sleep $(Seconds)" """);
        using var build = project.StartDotNet(["build", "-v:n", "-tl:off", "-nodeReuse:false", "-p:Seconds=3600"]);
        await build.SeenAsync("Mayfly: sandbox ");

        runtime.KillOwnerOfTheOnlyMachine();
        var dead = Stopwatch.StartNew();

        while (runtime.Machines.Count > 0 || RunningBuild.ProcessesNaming(runtime.Path).Any())
        {
            Assert.True(dead.Elapsed < TimeSpan.FromSeconds(2), string.Join('\n', [.. runtime.Machines, .. RunningBuild.ProcessesNaming(runtime.Path)]));
            await Task.Yield();
        }

        // The folder in which outputs would have been collected goes with the next build.
        Assert.NotEqual(0, (await build.ToEndAsync()).ExitCode);
        (await project.BuildAsync("-p:Seconds=0")).Succeeded();
        project.AssertNothingIsLeft();
    }

    private ThrowAwayProject Exec(string attributes, string outputs = "", string after = "", string before = "") => new(
        runtime,
        $"""
        {before}
        <Target Name="InSandbox" BeforeTargets="CoreCompile">
          <SandboxExec {attributes.Replace(" > ", " &gt; ", StringComparison.Ordinal)}>
            {outputs}
          </SandboxExec>
          {after}
        </Target>
        """,
        Program);
}
