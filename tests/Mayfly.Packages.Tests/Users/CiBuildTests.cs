using Mayfly.Packages.Tests.Ci;

namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class CiBuildTests(UserFolder user)
{
    [Fact]
    public async Task TheCiScriptBuildsAProjectInMachinesOfACacheOfItsOwn()
    {
        user.Write("job/generate.sh", "echo 'static class Generated { public const string Text = \"made by a job\"; }' > $1\n");
        user.Write("job/app/Program.cs", "System.Console.WriteLine(Generated.Text);\n");
        user.Write("job/app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mayfly.MSBuild" Version="{Repository.Version}" />
                <SandboxStep Include="generate" BeforeTargets="CoreCompile" Outputs="$(IntermediateOutputPath)Generated.g.cs"
                             Command="sh generate.sh $(IntermediateOutputPath)Generated.g.cs" />
                <SandboxStepInput Include="../generate.sh" Step="generate" GuestPath="generate.sh" />
              </ItemGroup>
            </Project>
            """);
        user.MakeCache("job/.mayfly-cache");

        // A restored archive is often open to everybody.
        File.SetUnixFileMode(user.PathOf("job/.mayfly-cache"), (UnixFileMode)0b111_111_111);

        var job = (await user.RunAsync("job", "env", "-u", "MAYFLY_CACHE", CiFiles.PathOf("build.sh"), "app")).Succeeded();

        job.Said("looking whether machines can be started here").Said("the mayfly command");
        (await user.DotNetAsync("job", "app/bin/Debug/net10.0/app.dll")).Succeeded().Said("made by a job");
        Assert.All(["doctor.txt", "build.binlog", "inventory.json", "cache.txt"], log => Assert.True(File.Exists(user.PathOf($"job/mayfly-logs/{log}")), log));
        Assert.NotEmpty(Directory.GetDirectories(user.PathOf("job/.mayfly-cache/images")));
        Assert.Empty(Directory.GetDirectories(user.PathOf("job/.mayfly-cache/templates")));
    }
}
