namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class StepOrderBuildTests(RuntimeDirectory runtime)
{
    [Fact]
    public async Task AStepRunsBehindWhatItDependsOnWithAllItsMetadata()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <ItemGroup>
              <SandboxStep Include="second" DependsOn="first" Command="cat first.txt first.txt &gt; second.txt" Inputs="first.txt" Outputs="second.txt" BeforeTargets="BeforeBuild" />
              <SandboxStep Include="first" Command="echo 'a%3bb %2a'; echo $WHAT &gt; first.txt; exit $CODE" EnvironmentVariables="WHAT=x%3by;CODE=$(Code)" Outputs="first.txt" BeforeTargets="BeforeBuild" />
            </ItemGroup>
            """,
            "System.Console.WriteLine();");

        var failed = (await project.BuildAsync("-p:Code=3")).FailedWith("MAY3001").Started(1);
        Assert.Contains("app.csproj : error MAY3001", failed.Output, StringComparison.Ordinal);

        var built = (await project.BuildAsync("-p:Code=0")).Succeeded().Started(2);
        Assert.Contains("a;b *", built.Output, StringComparison.Ordinal);
        Assert.Equal("x;y\nx;y\n", File.ReadAllText(project["second.txt"]));
    }

    [Fact]
    public async Task AFailureNamesItsStepAndTheRemedyAndIndentationOfTheXmlIsNoneOfTheCommands()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <ItemGroup>
              <SandboxStep Include="bins" BeforeTargets="BeforeBuild">
                <Command>
                  cat &lt;&lt;END
                    kept by two
                  END
                  dotnet tools/gen.dll
                </Command>
              </SandboxStep>
            </ItemGroup>
            """,
            "System.Console.WriteLine();");

        var lines = (await project.BuildAsync()).FailedWith("MAY3001").Started(1).Output.Split('\n').Select(line => line.TrimEnd()).ToList();

        Assert.Contains(lines, line => line.Contains("error MAY3001: the step 'bins' exited with code 127 after ", StringComparison.Ordinal) && line.Contains(" s: cat <<END ...", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Add Runtime=\"dotnet\"", StringComparison.Ordinal));

        // As the shell had it and as it is logged; the logger has an indentation of its own.
        var indentation = lines.First(line => line.EndsWith("  kept by two", StringComparison.Ordinal));
        Assert.Contains(indentation.Replace("  kept by two", "dotnet tools/gen.dll", StringComparison.Ordinal), lines);
    }

    [Fact]
    public async Task AnUnknownStepIsAnErrorBeforeAMachineStarts()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <ItemGroup>
              <SandboxStep Include="a" DependsOn="b" Command="true" BeforeTargets="BeforeBuild" />
              <SandboxStep Include="b" Condition="false" Command="true" BeforeTargets="BeforeBuild" />
            </ItemGroup>
            """,
            "System.Console.WriteLine();");

        var result = (await project.BuildAsync()).FailedWith("MAY1108").Started(0);

        Assert.Contains("a step whose Condition is false is none", result.Output, StringComparison.Ordinal);
    }
}
