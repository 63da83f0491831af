namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class TestProjectTests(UserFolder user)
{
    private const string GuestTest = """
            [GuestFact]
            public void ItsBodyRunsInAMachine()
            {
                Directory.CreateDirectory("/made-by-a-test");
                Assert.Equal("1", Environment.GetEnvironmentVariable("MAYFLY_GUEST"));
                File.WriteAllText(GuestMachine.ArtifactsFolder + "/note.txt", "from the guest");
            }
        """;

    [Fact]
    public async Task TestsOfXunit2DriveMachinesAndRunInThem()
    {
        WriteProject("tests2", "Mayfly.Xunit", "Library", ("xunit", "2.9.3"), """
                [SandboxFact]
                public async Task ItDrivesAMachine() => Assert.Equal("7\n", (await fixture.Sandbox.ShellAsync("echo $((3 + 4))")).StandardOutput);

            """, "(SandboxFixture fixture) : IClassFixture<SandboxFixture>");

        (await user.DotNetAsync("tests2", "test", "-v:q", "-tl:off")).Succeeded().Said("Passed:     2");
        AssertRanInAMachine("tests2");
        user.AssertRestored("Mayfly.Xunit");
        user.AssertRestored("Mayfly");
    }

    [Fact]
    public async Task TestsOfXunit3RunInMachines()
    {
        WriteProject("tests3", "Mayfly.Xunit.V3", "Exe", ("xunit.v3", "3.2.2"), "", "");

        (await user.DotNetAsync("tests3", "test", "-v:q", "-tl:off")).Succeeded().Said("Passed:     1");
        AssertRanInAMachine("tests3");
        user.AssertRestored("Mayfly.Xunit.V3");
    }

    private void AssertRanInAMachine(string name)
    {
        Assert.False(Directory.Exists("/made-by-a-test"));
        var note = Assert.Single(Directory.EnumerateFiles(user.PathOf(name), "note.txt", SearchOption.AllDirectories));
        Assert.Equal("from the guest", File.ReadAllText(note));
    }

    private void WriteProject(string name, string package, string output, (string Id, string Version) framework, string body, string suffix)
    {
        user.Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>{output}</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.0.1" />
                <PackageReference Include="{framework.Id}" Version="{framework.Version}" />
                <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />
                <PackageReference Include="{package}" Version="{Repository.Version}" />
              </ItemGroup>
            </Project>
            """);
        user.Write($"{name}/MachineTests.cs", $$"""
            using Mayfly;
            using Mayfly.Xunit;
            using Xunit;

            public sealed class MachineTests{{suffix}}
            {
            {{body}}{{GuestTest}}
            }
            """);
    }
}
