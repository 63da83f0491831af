namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>A project that compiles what one step generates, for builds whose machines are counted.</summary>
internal static class WaysOfBuildingProject
{
    /// <summary>The step; its text is in <c>words.txt</c>.</summary>
    public const string Step = """
        <ItemGroup>
          <SandboxStep Include="generate" Command="sh generate.sh words.txt &gt; &quot;$(IntermediateOutputPath)Generated.g.cs&quot;" Inputs="words.txt;generate.sh"
                       Outputs="$(IntermediateOutputPath)Generated.g.cs" BeforeTargets="CoreCompile" Timeout="00:02:00" />
        </ItemGroup>
        """;

    private const string Generate = """
        echo "public static class Generated { public const string Text = \"$(cat "$1")\"; }"
        """;

    /// <summary>Writes the project. No machine has been started for it that the next count would tell of.</summary>
    public static async Task<ThrowAwayProject> CreateAsync(RuntimeDirectory runtime, string body = Step, string folder = "app")
    {
        await runtime.WarmUpAsync(async () =>
        {
            using var first = Write(new ThrowAwayProject(runtime, Step), "");
            (await first.BuildAsync()).Succeeded();
        });
        return Write(new ThrowAwayProject(runtime, body, folder: folder), "");
    }

    /// <summary>Writes what the step needs into a folder below the project's.</summary>
    public static ThrowAwayProject Write(ThrowAwayProject project, string below, string word = "one")
    {
        project.Write(Path.Combine(below, "words.txt"), word);
        project.Write(Path.Combine(below, "generate.sh"), Generate);
        return project;
    }

    /// <summary>Runs <c>dotnet</c> and insists on success and on a number of machines, which are gone.</summary>
    public static async Task<BuildResult> RunAsync(this ThrowAwayProject project, RuntimeDirectory runtime, int machines, params string[] arguments)
    {
        var result = (await project.RunAsync(arguments)).Succeeded();
        await runtime.AssertStartedAsync(machines, result);
        return result;
    }

    /// <summary>What the program says that was built last, wherever it was put.</summary>
    public static async Task<string> SayAsync(this ThrowAwayProject project, string assembly = "app.dll")
    {
        var built = new DirectoryInfo(project.Parent).EnumerateFiles(assembly, SearchOption.AllDirectories)
            .Where(file => !file.FullName.Contains("/obj/", StringComparison.Ordinal))
            .MaxBy(file => file.LastWriteTimeUtc);
        Assert.NotNull(built);
        return (await project.RunAsync([built.FullName])).Succeeded().Output.Trim();
    }
}
