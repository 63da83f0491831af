namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Builds of several projects, frameworks or processes at the same time.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class WaysOfBuildingSeveralTests(RuntimeDirectory runtime)
{
    [Theory]
    [InlineData("all.sln", "-m")]
    [InlineData("all.slnx", "-mt")]
    public async Task ASolutionStartsOneMachineForEachOfItsSteps(string solution, string mode)
    {
        using var project = await SolutionAsync(WaysOfBuildingProject.Step);
        string[] arguments = ["build", solution, mode, "-nodeReuse:false"];

        await project.RunAsync(runtime, 2, arguments);
        Assert.Equal("one library", await project.SayAsync());
        project.AssertNothingIsLeft();

        project.Write("library/words.txt", "another library");
        await project.RunAsync(runtime, 1, arguments);
        Assert.Equal("one another library", await project.SayAsync());
        project.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("-m")]
    [InlineData("-mt")]
    public async Task CtrlCEndsAllMachinesOfASolution(string mode)
    {
        using var project = await SolutionAsync(
            WaysOfBuildingProject.Step.Replace("sh generate.sh", "sleep 3600; sh generate.sh", StringComparison.Ordinal), dependent: false);
        using var build = project.StartDotNet(["build", "all.slnx", mode, "-v:n", "-tl:off", "-nodeReuse:false"]);
        await build.SeenAsync(" is up after ", times: 2);

        await (mode == "-m" ? build.InterruptAsync() : build.InterruptAloneAsync());
        var result = await build.ToEndAsync();

        Assert.NotEqual(0, result.ExitCode);
        await runtime.AssertStartedAsync(2, result);
        Assert.Empty(Directory.GetFiles(project.Folder, "*.g.cs", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) == "Generated.g.cs"));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task EachFrameworkHasItsStepAndTheBuildAroundThemNone()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, $"""
            <PropertyGroup><TargetFramework /><TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks><OutputType>Library</OutputType></PropertyGroup>
            {WaysOfBuildingProject.Step}
            """);
        project.Write("Program.cs", "public static class Uses { public static string It => Generated.Text; }");

        await project.RunAsync(runtime, 2, "build", "-m", "-nodeReuse:false");
        Assert.Equal(
            ["obj/Debug/net10.0/Generated.g.cs", "obj/Debug/netstandard2.0/Generated.g.cs"],
            Directory.GetFiles(project.Folder, "Generated.g.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(project.Folder, file)).Order(StringComparer.Ordinal));
        project.AssertNothingIsLeft();

        await project.RunAsync(runtime, 0, "build", "-m:1", "-nodeReuse:false");
        project.Write("words.txt", "two");
        await project.RunAsync(runtime, 1, "build", "-f", "netstandard2.0", "-nodeReuse:false");
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task TwoBuildsOfTheSameProjectAtTheSameTimeBothSucceed()
    {
        // Compilers don't bear this, so there is none.
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, "");
        project.Write("steps.proj", $"""
            <Project DefaultTargets="Build">
              {ThrowAwayProject.ImportBefore}
              <PropertyGroup><IntermediateOutputPath>obj/</IntermediateOutputPath></PropertyGroup>
              <ItemGroup><SandboxStep Include="many" Command="mkdir -p made; for i in %24(seq 100); do cat words.txt &gt; made/%24i; done" Inputs="words.txt" Outputs="made/" AfterTargets="Build" /></ItemGroup>
              <Target Name="Build" />
              {ThrowAwayProject.ImportAfter}
            </Project>
            """);
        string[] arguments = ["msbuild", "steps.proj", "-nodeReuse:false"];

        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => project.RunAsync(arguments)));

        Assert.All(results, result => result.Succeeded());
        await runtime.AssertStartedAsync(2, results[0]);
        await project.RunAsync(runtime, 0, arguments);
        project.AssertNothingIsLeft();
    }

    /// <summary>A program and a library, each with a step, and a project without one.</summary>
    private async Task<ThrowAwayProject> SolutionAsync(string step, bool dependent = true)
    {
        var project = await WaysOfBuildingProject.CreateAsync(runtime, "");
        File.Delete(project["app.csproj"]);
        File.Delete(project["Program.cs"]);
        WaysOfBuildingProject.Write(project, "app");
        WaysOfBuildingProject.Write(project, "library", "library");
        project.Write("app/app.csproj", ThrowAwayProject.ProjectText(
            $"{(dependent ? """<ItemGroup><ProjectReference Include="../library/library.csproj" Aliases="library" /></ItemGroup>""" : "")}{step}"));
        project.Write("app/Program.cs", dependent ? """extern alias library; System.Console.WriteLine(Generated.Text + " " + library::Generated.Text);""" : "System.Console.WriteLine(Generated.Text);");
        project.Write("library/library.csproj", ThrowAwayProject.ProjectText($"<PropertyGroup><OutputType>Library</OutputType></PropertyGroup>{step}"));
        project.Write("plain/plain.csproj", ThrowAwayProject.ProjectText("<PropertyGroup><OutputType>Library</OutputType></PropertyGroup>"));
        project.Write("all.slnx", """
            <Solution>
              <Project Path="app/app.csproj" />
              <Project Path="library/library.csproj" />
              <Project Path="plain/plain.csproj" />
            </Solution>
            """);
        project.Write("all.sln", SolutionText("app", "library", "plain"));
        return project;
    }

    private static string SolutionText(params string[] names)
    {
        var projects = names.Select((name, index) => (Name: name, Id: $"{{00000000-0000-0000-0000-00000000000{index + 1}}}")).ToList();
        return string.Join('\n', [
            "Microsoft Visual Studio Solution File, Format Version 12.00",
            .. projects.Select(project => $"Project(\"{{9A19103F-16F7-4668-BE54-9A1E7A4F7556}}\") = \"{project.Name}\", \"{project.Name}\\{project.Name}.csproj\", \"{project.Id}\"\nEndProject"),
            "Global",
            "\tGlobalSection(SolutionConfigurationPlatforms) = preSolution",
            "\t\tDebug|Any CPU = Debug|Any CPU",
            "\tEndGlobalSection",
            "\tGlobalSection(ProjectConfigurationPlatforms) = postSolution",
            .. projects.Select(project => $"\t\t{project.Id}.Debug|Any CPU.ActiveCfg = Debug|Any CPU\n\t\t{project.Id}.Debug|Any CPU.Build.0 = Debug|Any CPU"),
            "\tEndGlobalSection",
            "EndGlobal",
            "",
        ]);
    }
}
