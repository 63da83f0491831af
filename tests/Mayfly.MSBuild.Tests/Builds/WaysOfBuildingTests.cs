namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>One project, built in every way: the same result, one machine for its step, and none when nothing has changed.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class WaysOfBuildingTests(RuntimeDirectory runtime)
{
    [Theory]
    [InlineData("build -m -v:m -tl:on")]
    [InlineData("build -mt -v:d")]
    [InlineData("build -mt -p:MayflyTaskFactory=TaskHostFactory")]
    [InlineData("build --artifacts-path artifacts -v:diag -tl:off")]
    [InlineData("build -v:n -tl:auto -c Release -graph")]
    [InlineData("msbuild -restore -m:1 -v:q -bl:build.binlog")]
    [InlineData("publish")]
    public async Task ABuildStartsOneMachineAndTheNextOneNone(string commandLine)
    {
        string[] arguments = [.. commandLine.Split(' '), "-nodeReuse:false"];
        using var project = await WaysOfBuildingProject.CreateAsync(runtime);

        await project.RunAsync(runtime, 1, arguments);
        Assert.Equal("one", await project.SayAsync());
        project.AssertNothingIsLeft();

        await project.RunAsync(runtime, 0, arguments);
        Assert.Equal("one", await project.SayAsync());
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task NoIncrementalStartsOneEachTime()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime);
        string[] arguments = ["build", "--no-incremental", "-nodeReuse:false"];

        await project.RunAsync(runtime, 1, arguments);
        await project.RunAsync(runtime, 1, [.. arguments, "--no-restore"]);

        Assert.Equal("one", await project.SayAsync());
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task RunAndPackBuildFirst()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime);
        await project.RunAsync(runtime, 1, "pack", "-nodeReuse:false");
        Assert.Single(Directory.GetFiles(project.Folder, "*.nupkg", SearchOption.AllDirectories));

        // Of the other configuration, in which nothing has been built.
        Assert.Equal("one", (await project.RunAsync(runtime, 1, "run", "-p:NodeReuse=false")).Output.Trim());
        Assert.Equal("one", (await project.RunAsync(runtime, 0, "run", "--no-build")).Output.Trim());
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task WhatIsNoBuildStartsNone()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime);
        string[] rest = ["-nodeReuse:false", "-v:q"];
        await project.RunAsync(runtime, 0, ["restore", .. rest]);
        await project.RunAsync(runtime, 0, ["msbuild", "-getItem:Compile", "-getProperty:TargetPath", .. rest]);
        await project.RunAsync(runtime, 0, ["msbuild", "-t:CoreCompile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", .. rest]);

        await project.RunAsync(runtime, 1, ["build", "--no-restore", .. rest]);
        project.Write("words.txt", "two");
        await project.RunAsync(runtime, 0, ["build", "-p:MayflyRunSteps=false", .. rest]);
        Assert.Equal("one", await project.SayAsync());
        await project.RunAsync(runtime, 0, ["clean", .. rest]);

        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task TestsAreBuiltWithTheirStepBeforeTheyRun()
    {
        using var project = await WaysOfBuildingProject.CreateAsync(runtime, $"""
            <PropertyGroup><IsTestProject>true</IsTestProject></PropertyGroup>
            <ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.0.1" /><PackageReference Include="xunit" Version="2.9.3" /><PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" /></ItemGroup>
            {WaysOfBuildingProject.Step}
            """);
        project.Write("Program.cs", """public class Tests { [Xunit.Fact] public void Generates() => Xunit.Assert.Equal("one", Generated.Text); }""");

        var result = await project.RunAsync(runtime, 1, "test", "-nodeReuse:false");

        Assert.Contains("Passed!", result.Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }
}
