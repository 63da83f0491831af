using System.Text.Json;

namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class BuildStepTests(UserFolder user)
{
    [Fact]
    public async Task AnItemInTheProjectFileMakesASourceInAMachineWhichIsCompiled()
    {
        user.Write("step/Program.cs", "System.Console.WriteLine(Generated.Text);");
        user.Write("step/generate.sh", """
            echo "static class Generated { public const string Text = \"made in a machine by Linux $(uname -r)\"; }" > $1
            """);
        user.Write("step/step.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mayfly.MSBuild" Version="{Repository.Version}" />
                <SandboxStep Include="generate" BeforeTargets="CoreCompile" Inputs="generate.sh" Outputs="$(IntermediateOutputPath)Generated.g.cs"
                             Command="sh generate.sh $(IntermediateOutputPath)Generated.g.cs" />
              </ItemGroup>
            </Project>
            """);

        var first = (await user.DotNetAsync("step", "build", "-v:n", "-tl:off")).Succeeded().Said(" is up after ");
        (await user.DotNetAsync("step", "bin/Debug/net10.0/step.dll")).Succeeded().Said("made in a machine by Linux ");
        user.AssertRestored("Mayfly.MSBuild");

        var second = (await user.DotNetAsync("step", "build", "-v:n", "-tl:off", "--no-restore")).Succeeded();
        Assert.DoesNotContain(" is up after ", second.Output, StringComparison.Ordinal);

        // A tool of the build is nothing of the program's: neither in its output nor among its dependencies.
        Assert.Empty(Directory.EnumerateFiles(user.PathOf("step/bin"), "*ayfly*", SearchOption.AllDirectories));
        using var assets = JsonDocument.Parse(await File.ReadAllBytesAsync(user.PathOf("step/obj/project.assets.json")));
        Assert.Equal(["Mayfly.MSBuild/" + Repository.Version], assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name));
        Assert.DoesNotContain("warning", first.Output.Replace("0 Warning(s)", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
