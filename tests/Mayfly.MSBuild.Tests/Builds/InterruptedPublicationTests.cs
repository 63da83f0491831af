namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Builds that are cancelled or killed while thousands of files are put in place.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class InterruptedPublicationTests(RuntimeDirectory runtime)
{
    private const int Files = 1500;
    private const int Attempts = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const string Step = """
        <ItemGroup>
          <SandboxStep Include="many" BeforeTargets="BeforeBuild" Outputs="gen/"
                       Command="seq 1 1500 | awk '{ file = &quot;gen/&quot; $1; print &quot;$(Text)&quot; &gt; file; close(file) }'" />
        </ItemGroup>
        """;

    [Fact]
    public async Task AKilledOneIsUndoneByTheNextBuildWhichRunsTheStepAgain()
    {
        using var project = Make();
        (await project.BuildAsync("-p:Text=first")).Succeeded().Started(1);
        AssertAll(project, "first");

        var attempt = 0;
        do
        {
            Assert.True(++attempt <= Attempts, "every build had put all files in place before it was killed");
            using var build = await AtFirstFileAsync(project, $"killed-{attempt}");
            build.Kill();
            await build.ToEndAsync();
            await runtime.EmptyAsync();
        }
        while (Contents(project).Distinct().Count() == 1);

        // A build that may start no machine undoes it as well, and before it looks at the files.
        var last = attempt == 1 ? "first" : $"killed-{attempt - 1}";
        (await project.BuildAsync("-p:MayflyRunSteps=false")).Succeeded().Started(0);
        AssertAll(project, last);
        project.AssertNothingIsLeft();

        (await project.BuildAsync($"-p:Text={last}")).Succeeded().Started(1);
        AssertAll(project, last);
        (await project.BuildAsync($"-p:Text={last}")).Succeeded().Started(0);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ACancelledOneIsFinishedOrUndoneByThatBuild()
    {
        using var project = Make();
        (await project.BuildAsync("-p:Text=first")).Succeeded().Started(1);

        using var build = await AtFirstFileAsync(project, "second");
        await build.InterruptAsync();
        await build.ToEndAsync();

        await runtime.EmptyAsync();
        AssertAll(project, Assert.Single(Contents(project).Distinct()));
        project.AssertNothingIsLeft();
    }

    private ThrowAwayProject Make() => new(runtime, Step, "System.Console.WriteLine();");

    /// <summary>Begins a build and waits until it has put the first file in place.</summary>
    private static async Task<RunningBuild> AtFirstFileAsync(ThrowAwayProject project, string text)
    {
        var placed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(project["gen"]);
        watcher.Created += (_, _) => placed.TrySetResult();
        watcher.Renamed += (_, _) => placed.TrySetResult();
        watcher.EnableRaisingEvents = true;
        var build = project.StartDotNet(["build", "--no-restore", "-v:n", "-tl:off", "-nodeReuse:false", $"-p:Text={text}"]);
        await placed.Task.WaitAsync(Patience);
        return build;
    }

    private static IEnumerable<string> Contents(ThrowAwayProject project) =>
        Directory.EnumerateFiles(project["gen"]).Select(path => File.ReadAllText(path).Trim());

    private static void AssertAll(ThrowAwayProject project, string content)
    {
        var contents = Contents(project).ToList();
        Assert.Equal(Files, contents.Count);
        Assert.Equal(content, Assert.Single(contents.Distinct()));
    }
}
