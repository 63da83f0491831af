namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class LibraryTests(UserFolder user)
{
    private const string Program = """
        using Mayfly;

        await using var sandbox = await Sandbox.StartAsync();
        var result = await sandbox.ExecAsync(["uname", "-n", "-r"]);
        result.EnsureSuccess();
        Console.WriteLine($"the guest says {result.StandardOutput}");
        """;

    [Fact]
    public async Task AProgramRunsACommandInAMachine()
    {
        await BuildAsync("library");

        (await user.DotNetAsync("library", "bin/Debug/net10.0/library.dll")).Succeeded().Said("the guest says ");
        user.AssertRestored("Mayfly");
    }

    [Fact]
    public async Task AnAgentThatMayNotBeExecutedIsRunFromACopyInTheCache()
    {
        await BuildAsync("unpacked");
        var agent = user.PathOf("unpacked/bin/Debug/net10.0/runtimes/linux-x64/native/mayfly-agent");
        File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await user.DotNetAsync("unpacked", "bin/Debug/net10.0/unpacked.dll")).Succeeded().Said("the guest says ");
        Assert.Single(Directory.GetFiles(user.PathOf("cache/agents"), "mayfly-agent", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task APublishedProgramHasTheAgentBesideIt()
    {
        WriteProject("published");
        (await user.DotNetAsync("published", "publish", "-r", "linux-x64", "--self-contained", "false", "-o", "out", "-v:q", "-tl:off")).Succeeded();

        Assert.True(File.Exists(user.PathOf("published/out/mayfly-agent")));
        (await user.RunAsync("published", user.PathOf("published/out/published"))).Succeeded().Said("the guest says ");
    }

    private async Task BuildAsync(string name)
    {
        WriteProject(name);
        (await user.DotNetAsync(name, "build", "-v:q", "-tl:off")).Succeeded();
    }

    private void WriteProject(string name)
    {
        user.Write($"{name}/Program.cs", Program);
        user.Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mayfly" Version="{Repository.Version}" />
              </ItemGroup>
            </Project>
            """);
    }
}
