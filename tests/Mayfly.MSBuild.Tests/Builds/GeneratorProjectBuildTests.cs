namespace Mayfly.MSBuild.Tests.Builds;

[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class GeneratorProjectBuildTests(RuntimeDirectory runtime)
{
    [Fact]
    public async Task AnotherProjectEmbedsWhatAGeneratorsOwnStepMade()
    {
        using var generator = new ThrowAwayProject(
            runtime,
            """
            <PropertyGroup><AssemblyName>gen</AssemblyName></PropertyGroup>
            <ItemGroup>
              <SandboxStep Include="words" Command="dotnet $(OutDir)gen.dll data/words.txt made/words.bin" Inputs="$(OutDir)*;data/*" Outputs="made/words.bin"
                           Runtime="dotnet" AfterTargets="Build" />
            </ItemGroup>
            """,
            "System.IO.File.WriteAllText(args[1], System.IO.File.ReadAllText(args[0]).ToUpperInvariant());",
            "gen");
        generator.Write("data/words.txt", "one two");
        generator.Write("../app/Program.cs", """
            using var reader = new System.IO.StreamReader(typeof(Program).Assembly.GetManifestResourceStream("words")!);
            System.Console.WriteLine(reader.ReadToEnd());
            """);
        generator.Write("../app/user.csproj", ThrowAwayProject.ProjectText("""
            <ItemGroup>
              <ProjectReference Include="../gen/app.csproj" ReferenceOutputAssembly="false" />
              <EmbeddedResource Include="../gen/made/words.bin" LogicalName="words" />
            </ItemGroup>
            """));

        (await RunAsync("build", "-v:n", "-tl:off", "-nodeReuse:false")).Succeeded().Started(1);
        Assert.Equal("ONE TWO", (await RunAsync("bin/Debug/net10.0/user.dll")).Succeeded().Output.Trim());

        (await RunAsync("build", "-v:n", "-tl:off", "-nodeReuse:false")).Succeeded().Started(0);
        generator.AssertNothingIsLeft();

        async Task<BuildResult> RunAsync(params string[] arguments)
        {
            using var build = generator.StartDotNet(arguments, generator["../app"]);
            return await build.ToEndAsync();
        }
    }
}
