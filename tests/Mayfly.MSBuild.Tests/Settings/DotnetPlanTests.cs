using Mayfly.MSBuild.Settings;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class DotnetPlanTests : IDisposable
{
    private readonly TempDirectory _project = new();

    [Fact]
    public void WhoAsksForNothingGetsNothing()
    {
        var plan = Plan(new SandboxExec());

        Assert.Empty(plan.Layers);
        Assert.Empty(plan.Environment);
        Assert.Null(plan.LeastMemory);
    }

    [Fact]
    public void ARuntimeIsThatOfTheBuildWhereNoApplicationAsksForAnother() =>
        Assert.Equal([(SandboxLayerSource.Dotnet, "")], Plan(new SandboxExec { Runtime = "dotnet" }).Layers.Select(layer => (layer.Source, layer.Path)));

    [Fact]
    public void ARuntimeIsThatOfTheApplicationsAmongInputsAndLayers()
    {
        foreach (var name in (string[])["one/a.dll", "one/a.runtimeconfig.json", "two/b.dll", "two/b.runtimeconfig.json", "two/none.runtimeconfig.json"])
        {
            _project.Write(name, "{}");
        }

        var task = new SandboxExec { Runtime = "Dotnet", Inputs = [new TaskItem("one/a.dll"), new TaskItem("one/a.runtimeconfig.json")], Layers = [new TaskItem("two")] };

        Assert.Equal([_project["one/a.dll"], _project["two/b.dll"]], Plan(task).Layers.Select(layer => layer.Path));
    }

    [Fact]
    public void PackagesAreAFolderToFallBackTo()
    {
        var plan = Plan(new SandboxExec { NuGetPackages = "packages/" });

        var layer = Assert.Single(plan.Layers);
        Assert.Equal((_project["packages"], "/nuget/packages", 0L), (layer.Path, layer.GuestPath, layer.Writable.Bytes));
        Assert.Equal("/nuget/packages", plan.Environment["NUGET_FALLBACK_PACKAGES"]);
    }

    [Fact]
    public void AnUnknownRuntimeIsAnError() =>
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => Plan(new SandboxExec { Runtime = "java" })).Code);

    [Fact]
    public void ATasksOwnVariablesGoBeforeThoseOfTheRuntime()
    {
        var task = new SandboxExec { Command = "true", Runtime = "dotnet", EnvironmentVariables = ["DOTNET_TieredPGO=1"] };

        var environment = CommandPlan.Of(task, new GuestLayout(_project.Path, [])).Environment;

        Assert.Equal(("1", "1"), (environment["DOTNET_TieredPGO"], environment["DOTNET_NOLOGO"]));
    }

    public void Dispose() => _project.Dispose();

    private DotnetPlan Plan(SandboxExec task) => DotnetPlan.Of(task, new GuestLayout(_project.Path, []));
}
