namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class SandboxTestBuildTests(RuntimeDirectory runtime)
{
    private static readonly string[] Arguments = ["build", "-t:SandboxTest", "-v:n", "-tl:off", "-nodeReuse:false"];

    [Fact]
    public async Task AWholeTestProjectRunsInAMachineAndItsResultsComeBack()
    {
        using var project = Tests(
            """<PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.0.1" /><PackageReference Include="xunit" Version="2.9.3" /><PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />""",
            """
            public class Tests
            {
                [Xunit.Fact] public void RemovesTheShell() { System.IO.File.Delete("/bin/sh"); Xunit.Assert.False(System.IO.File.Exists("/bin/sh")); }
                [Xunit.Fact] public void Fails() => Xunit.Assert.Equal("##vso[task.complete]", "");
                [Xunit.Fact] public void Crashes() => System.Environment.FailFast("on purpose");
            }
            """);

        var failed = (await project.RunAsync([.. Arguments, "-p:VSTestTestCaseFilter=FullyQualifiedName!~Crashes"])).FailedWith("MAY1120").Started(1);

        Assert.Contains("app.csproj : error MAY1120: the tests of 'app.dll' ended with exit code 1; 1 passed, 1 failed, 0 skipped", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("##vso[", failed.Output, StringComparison.Ordinal);
        Assert.Contains("testName=\"Tests.RemovesTheShell\"", File.ReadAllText(project["TestResults/app-net10.0.trx"]), StringComparison.Ordinal);

        (await project.RunAsync([.. Arguments, "-p:NoBuild=true", "-p:VSTestTestCaseFilter=FullyQualifiedName~Crashes"])).FailedWith("MAY1120").Started(1);

        Assert.NotEmpty(Directory.GetFiles(project["TestResults"], "*.dmp"));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AnApplicationOfTheTestingPlatformRunsItself()
    {
        using var project = Tests(
            """<PackageReference Include="xunit.v3" Version="3.2.2" />""",
            """
            public class Tests
            {
                [Xunit.Fact] public void IsRoot() => Xunit.Assert.Equal("root", System.Environment.UserName);
                [Xunit.Fact] public void MayLeave() { if (System.Environment.GetEnvironmentVariable("LEAVE") == "1") System.Environment.Exit(0); }
            }
            """,
            "<UseAppHost>true</UseAppHost><UseMicrosoftTestingPlatformRunner>true</UseMicrosoftTestingPlatformRunner><IsTestingPlatformApplication>true</IsTestingPlatformApplication>");

        var passed = (await project.RunAsync(Arguments)).Succeeded().Started(1);

        Assert.Contains("Mayfly: app.dll: 2 passed, 0 failed, 0 skipped", passed.Output, StringComparison.Ordinal);

        // What the run before has left says nothing of this one.
        var left = (await project.RunAsync([.. Arguments, "-p:NoBuild=true", "-p:Variables=LEAVE=1"])).FailedWith("MAY1120").Started(1);

        Assert.Contains("ended with exit code 0; there are no results that could be read", left.Output, StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task AProjectWithoutTestsHasNothingToDo()
    {
        using var project = new ThrowAwayProject(runtime, "", "System.Console.WriteLine();");

        (await project.RunAsync(Arguments)).Succeeded().Started(0);
    }

    private ThrowAwayProject Tests(string packages, string source, string properties = "") => new(
        runtime, $"<PropertyGroup><IsTestProject>true</IsTestProject>{properties}</PropertyGroup><ItemGroup>{packages}<SandboxTest Include=\"$(TargetPath)\" EnvironmentVariables=\"$(Variables)\" /></ItemGroup>", source);
}
