namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>What lies where a guest has put it, without a machine: as the next build finds it.</summary>
[Collection(BuildsCollection.Name)]
public sealed class OutputItemsBuildTests(RuntimeDirectory runtime)
{
    [Theory]
    [InlineData("")]
    [InlineData("-p:DesignTimeBuild=true;SkipCompilerExecution=true;ProvideCommandLineArgs=true")]
    public async Task WhatAStepOrATestHasLeftIsNoItemOfTheProjectUnlessThatNamesIt(string more)
    {
        using var project = new ThrowAwayProject(runtime, """
            <ItemGroup>
              <None Include="gen/named.txt" />
              <SandboxStep Include="after" Command="true" Outputs="gen/" AfterTargets="Build" />
              <SandboxStep Include="false" Command="true" Outputs="Not.cs" Compile="false" BeforeTargets="CoreCompile" />
              <SandboxStep Include="sources" Command="true" Outputs="src/" BeforeTargets="CoreCompile" />
            </ItemGroup>
            """);
        foreach (var file in (string[])["gen/Evil.cs", "gen/Evil.resx", "gen/plain.txt", "gen/named.txt", "TestResults/Evil.cs", "TestResults/Evil.resx", "mayfly-logs/Evil.cs", "Not.cs", "src/Made.cs", "src/plain.txt", "own/Own.cs", "own.txt"])
        {
            project.Write(file, file.EndsWith(".cs", StringComparison.Ordinal) ? "#error found" : "no resource");
        }

        var result = (await project.RunAsync(
            ["msbuild", "-restore", "-v:q", "-tl:off", "-nodeReuse:false", "-t:AssignTargetPaths;_MayflyKeepOutputsOut", "-p:MayflyRunSteps=false", more.Length > 0 ? more : "-p:Configuration=Debug", "-getItem:Compile,EmbeddedResource,None"]))
            .Succeeded().Output;

        Assert.DoesNotContain("Evil", result, StringComparison.Ordinal);
        Assert.DoesNotContain("Not.cs", result, StringComparison.Ordinal);
        Assert.DoesNotContain("plain.txt", result, StringComparison.Ordinal);
        Assert.All(["named.txt", "src/Made.cs", "own/Own.cs", "own.txt", "Program.cs"], name => Assert.Contains(name, result, StringComparison.Ordinal));
    }
}
