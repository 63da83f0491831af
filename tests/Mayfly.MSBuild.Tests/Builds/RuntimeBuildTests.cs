namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RuntimeBuildTests(RuntimeDirectory runtime)
{
    private const string Program = """System.IO.File.WriteAllText("made.txt", $"{System.Environment.UserName} {args[0]} {System.Environment.Version.Major}");""";

    [Fact]
    public async Task AStepRunsWhatTheBuildHasMadeAndTheHostsOwnTools()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <ItemGroup>
              <SandboxStep Include="run" Command="dotnet /app/app.dll in-the-guest; perl -e 'print 6*7' &gt;&gt; made.txt" Outputs="made.txt" Runtime="dotnet" AfterTargets="Build" />
              <SandboxStepLayer Include="$(OutDir)" Step="run" GuestPath="/app" />
              <SandboxStepLayer Include="perl" Step="run" Kind="Tool" />
            </ItemGroup>
            """,
            Program);

        (await project.BuildAsync()).Succeeded().Started(1);

        Assert.Equal("root in-the-guest 1042", File.ReadAllText(project["made.txt"]));
        (await project.BuildAsync()).Succeeded().Started(0);
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task TheSdkRestoresFromAFolderOfPackagesWithoutANetwork()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <ItemGroup>
              <SandboxStep Include="restore" Runtime="sdk" NuGetPackages="packages" Outputs="assets.json" AfterTargets="Build"
                           Command="cd /inner &amp;&amp; dotnet restore -v q &amp;&amp; cp obj/project.assets.json /work/assets.json" />
              <SandboxStepInput Include="inner.xml" Step="restore" GuestPath="/inner/inner.csproj" />
            </ItemGroup>
            """,
            "System.Console.WriteLine();");
        project.Write("inner.xml", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Made.Up" Version="1.2.3" /></ItemGroup>
            </Project>
            """);
        NuGetFolder.Write(project["packages"], "Made.Up", "1.2.3");

        (await project.BuildAsync()).Succeeded().Started(1);

        Assert.Contains("\"Made.Up/1.2.3\"", File.ReadAllText(project["assets.json"]), StringComparison.Ordinal);
        project.AssertNothingIsLeft();
    }
}
