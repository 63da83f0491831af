using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Builds in which the step is in another process than the one that the user has started.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class WaysOfBuildingProcessesTests(RuntimeDirectory runtime)
{
    private static readonly string _endless = WaysOfBuildingProject.Step.Replace("sh generate.sh", "sleep 3600; sh generate.sh", StringComparison.Ordinal);

    [Theory]
    [InlineData("-m:2", "AssemblyTaskFactory", "MSBUILDNOINPROCNODE")]
    [InlineData("-m:2", "AssemblyTaskFactory", "MSBUILDUSESERVER")]
    [InlineData("-mt", "TaskHostFactory", "MSBUILDUSESERVER")]
    public async Task ProcessesThatStayForTheNextBuildKeepNoMachine(string mode, string factory, string variable)
    {
        // Names of their own, so that these are nobody else's and nobody else uses them.
        var mark = $"mayfly-{Guid.NewGuid():N}";
        (string, string)[] environment =
        [
            (variable, "1"), ("MSBUILDNODEHANDSHAKESALT", mark), ("UseSharedCompilation", "true"), ("SharedCompilationId", mark),
            // MSBuild keeps no node where there are more than one and a half for each processor, those of other builds counted.
            ("DOTNET_PROCESSOR_COUNT", "64"),
        ];
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, $"""
            {WaysOfBuildingProject.Step.Replace("<SandboxStep ", """<SandboxStep Session="shared" """, StringComparison.Ordinal)}
            <ItemGroup><SandboxStep Include="note" Session="shared" Command="cat words.txt &gt; note.txt" Outputs="note.txt" AfterTargets="CoreCompile" /></ItemGroup>
            """);
        try
        {
            for (var round = 0; round < 2; round++)
            {
                project.Write("words.txt", $"{round}");
                using var build = project.StartDotNet(["build", mode, $"-p:MayflyTaskFactory={factory}", "-nodeReuse:true"], project.Folder, environment);
                await runtime.AssertStartedAsync(1, (await build.ToEndAsync()).Succeeded());

                Assert.Equal($"{round}", await project.SayAsync());
                Assert.Equal($"{round}", File.ReadAllText(project["note.txt"]));
                // Whether a node stays is for MSBuild to say, which goes by what else the host does; the compiler's server does.
                Assert.Contains(RunningBuild.ProcessesOf(mark), process => process.CommandLine.Contains("VBCSCompiler", StringComparison.Ordinal));

                // A node that stays learns of the end of the build after the user does.
                await runtime.NoMachineAsync();
                project.AssertNoMachineIsLeft();
            }
        }
        finally
        {
            RunningBuild.Kill(mark);
        }

        project.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("-m")]
    [InlineData("-mt")]
    public async Task CtrlCReachesAMachineBehindATaskHost(string mode)
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, _endless);
        using var build = project.StartDotNet(["build", mode, "-v:n", "-tl:off", "-nodeReuse:false", "-p:MayflyTaskFactory=TaskHostFactory"], project.Folder);
        await build.SeenAsync(" is up after ");

        await (mode == "-m" ? build.InterruptAsync() : build.InterruptAloneAsync());
        var result = await build.ToEndAsync();

        Assert.NotEqual(0, result.ExitCode);
        await runtime.AssertStartedAsync(1, result);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ATaskHostTellsOfFailuresAsTheBuildItselfDoes()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(
            runtime, WaysOfBuildingProject.Step.Replace("sh generate.sh", "echo the reason; exit 3; sh generate.sh", StringComparison.Ordinal));

        var result = (await project.BuildAsync("-p:MayflyTaskFactory=TaskHostFactory")).FailedWith("MAY3001");

        await runtime.AssertStartedAsync(1, result);
        Assert.Contains("app.csproj : error MAY3001: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("the reason", result.Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task CtrlCReachesAMachineBehindTheServer()
    {
        var mark = $"mayfly-{Guid.NewGuid():N}";
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, _endless);
        using var build = project.StartDotNet(
            ["build", "-v:n", "-tl:off", "-nodeReuse:true"], project.Folder, ("MSBUILDNODEHANDSHAKESALT", mark), ("MSBUILDUSESERVER", "1"));
        try
        {
            await build.SeenAsync(" is up after ");

            // What is to be gone afterwards can be seen now.
            Assert.Contains(runtime.TakeInventory(), item => item.Kind == InventoryKind.Process);
            Assert.NotEmpty(runtime.Machines);

            await build.InterruptAsync();
            var result = await build.ToEndAsync();

            Assert.NotEqual(0, result.ExitCode);
            await runtime.AssertStartedAsync(1, result);
            project.AssertNoMachineIsLeft();
        }
        finally
        {
            RunningBuild.Kill(mark);
        }

        project.AssertNothingIsLeft();
    }
}
