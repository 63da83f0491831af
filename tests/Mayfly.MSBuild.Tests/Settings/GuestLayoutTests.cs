using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class GuestLayoutTests
{
    private readonly GuestLayout _layout = new("/src/app", ["/out/bin"]);

    [Theory]
    [InlineData("data/a.csv", "/src/app/data/a.csv", "/work/data/a.csv")]
    [InlineData("./data/../b.csv", "/src/app/b.csv", "/work/b.csv")]
    [InlineData("/src/app/c.csv", "/src/app/c.csv", "/work/c.csv")]
    [InlineData("data/", "/src/app/data", "/work/data")]
    [InlineData(".", "/src/app", "/work")]
    public void InputsKeepTheirPlaceRelativeToTheProject(string spec, string hostPath, string guestPath) =>
        Assert.Equal(new SandboxCopy(hostPath, guestPath), _layout.Input(new TaskItem(spec)));

    [Theory]
    [InlineData("../shared/x.csv")]
    [InlineData("/src/app2/x.csv")]
    [InlineData("/etc/passwd")]
    public void AnInputOutsideTheProjectNeedsAPlaceOfItsOwn(string spec) =>
        Assert.Equal("MAY1102", Assert.Throws<SandboxConfigurationException>(() => _layout.Input(new TaskItem(spec))).Code);

    [Theory]
    [InlineData("..\\README.txt", "data/../README.txt")]
    [InlineData("sub\\x.txt", "data/sub/x.txt")]
    [InlineData("a\\b\\c/x.txt", "./data/a/b/c/x.txt")]
    public void AnInputThatMSBuildReadFromANameWithABackslashIsRefused(string name, string item)
    {
        using var project = new TempDirectory();
        project.Write("README.txt", "");
        project.Write("data/plain.txt", "");
        var layout = new GuestLayout(project.Path, []);
        Assert.Equal("/work/README.txt", layout.Input(new TaskItem("data/../README.txt")).GuestPath);
        project.Write(Path.Combine("data", name), "");

        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => layout.Input(new TaskItem(item))).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => layout.Input(new TaskItem(project[item]))).Code);
        Assert.Equal("/work/data/plain.txt", layout.Input(new TaskItem("data/plain.txt")).GuestPath);
    }

    [Theory]
    [InlineData("../shared/x.csv", "GuestPath=\"shared/\"")]
    [InlineData("../tables/", "GuestPath=\"tables/\"")]
    [InlineData("/x.csv", "GuestPath=\"files/\"")]
    public void ThePlaceThatIsProposedSuitsAllFilesOfAWildcard(string spec, string expected) =>
        Assert.Contains(expected, Assert.Throws<SandboxConfigurationException>(() => _layout.Input(new TaskItem(spec))).Message, StringComparison.Ordinal);

    [Fact]
    public void AGuestPathThatEndsInASlashIsAFolderInWhichAFileKeepsItsName()
    {
        using var elsewhere = new TempDirectory();
        var file = elsewhere.Write("tables/x.csv", "");

        Assert.Equal("/work/in/x.csv", _layout.Input(Item(file, "in/")).GuestPath);
        Assert.Equal("/work/in", _layout.Input(Item(file, "in")).GuestPath);
        Assert.Equal("/opt/sub/x.csv", _layout.Input(Item(file, "/opt//sub//")).GuestPath);
        Assert.Equal("/x.csv", _layout.Input(Item(file, "/")).GuestPath);
        Assert.Equal("/work/in", _layout.Input(Item(elsewhere["tables"], "in/")).GuestPath);
        Assert.Equal("/work/in", _layout.Input(Item(elsewhere["tables/"], "in")).GuestPath);
        Assert.Equal("/opt/x.csv", _layout.Output(Item("gen/x.csv", "/opt/")).GuestPath);
        Assert.Equal("/opt", _layout.Output(Item("gen/", "/opt/")).GuestPath);
    }

    [Theory]
    [InlineData("/opt/x.csv", "/opt/x.csv")]
    [InlineData("shared/x.csv", "/work/shared/x.csv")]
    [InlineData("/opt//./x.csv", "/opt/x.csv")]
    public void GuestPathNamesThePlace(string given, string guestPath) =>
        Assert.Equal(guestPath, _layout.Input(Item("../shared/x.csv", given)).GuestPath);

    [Fact]
    public void AGuestPathWithDotsIsRefused() =>
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => _layout.Input(Item("a", "/work/../etc"))).Code);

    [Theory]
    [InlineData("obj/Debug/Ports.g.cs", "/src/app/obj/Debug/Ports.g.cs", "/work/obj/Debug/Ports.g.cs", false)]
    [InlineData("gen/", "/src/app/gen", "/work/gen", true)]
    public void OutputsLandInTheProject(string spec, string hostPath, string guestPath, bool isDirectory) =>
        Assert.Equal(new DeclaredOutput(hostPath, guestPath, isDirectory), _layout.Output(new TaskItem(spec)));

    [Fact]
    public void OutputsLandInFoldersThatAreAllowed() =>
        Assert.Equal(new DeclaredOutput("/out/bin/x", "/work/x", false), _layout.Output(Item("/out/bin/x", "x")));

    [Fact]
    public void FoldersThatAreAllowedOutsideTheProjectAreWhereTheyAreOnTheHost()
    {
        Assert.Equal(new DeclaredOutput("/out/bin/sub", "/out/bin/sub", true), _layout.Output(new TaskItem("/out/bin/sub/")));
        Assert.Equal(new SandboxCopy("/out/bin/app.dll", "/out/bin/app.dll"), _layout.Input(new TaskItem("/out/bin/app.dll")));
    }

    [Theory]
    [InlineData("../x.cs")]
    [InlineData("/etc/cron.d/x")]
    [InlineData("/src/application/x")]
    [InlineData("obj/../../x")]
    [InlineData(".")]
    [InlineData("/src")]
    [InlineData("/out/bin/")]
    [InlineData("/out")]
    public void AnOutputElsewhereIsRefused(string spec) =>
        Assert.Equal("MAY1105", Assert.Throws<SandboxConfigurationException>(() => _layout.Output(Item(spec, "/work/x"))).Code);

    [Theory]
    [InlineData("obj")]
    [InlineData("obj/")]
    [InlineData("bin/")]
    [InlineData("obj/app.csproj.x.targets")]
    [InlineData("obj/app.csproj.nuget.g.PROPS")]
    [InlineData("obj/project.assets.json")]
    [InlineData("obj/mayfly/")]
    [InlineData("obj/mayfly/run-aa/journal")]
    [InlineData("obj/Debug/net10.0/mayfly/run-aa.lock")]
    [InlineData("own/stamps/a.stamp")]
    [InlineData("own/stamps/")]
    [InlineData("own/")]
    [InlineData("/out/")]
    [InlineData("/ext/")]
    [InlineData("/out/ext/obj/")]
    [InlineData("/out/ext/obj/app.csproj.x.props")]
    [InlineData("/out/ext/obj/debug/mayfly/x/")]
    [InlineData("Directory.Build.props")]
    [InlineData("sub/directory.build.targets")]
    [InlineData("global.json")]
    [InlineData("app.csproj.user")]
    [InlineData("other.csproj")]
    [InlineData(".editorconfig")]
    public void AnOutputThatTheBuildGoesByIsRefused(string spec)
    {
        var layout = new GuestLayout("/src/app", ["/out"])
        {
            Reserved = ReservedPlaces.Of("/src/app", ["bin\\Debug/"], ["/out/ext/obj"], ["obj/mayfly", "", "own/stamps"]),
        };

        Assert.Equal("MAY1105", Assert.Throws<SandboxConfigurationException>(() => layout.Output(Item(spec, "/work/x"))).Code);
    }

    [Theory]
    [InlineData("obj/Debug/net10.0/Ports.g.cs")]
    [InlineData("obj/mayfly.cs")]
    [InlineData("obj/gen/")]
    [InlineData("gen/x.props")]
    [InlineData(".done")]
    [InlineData("bin/Debug/x.dll")]
    [InlineData("mayfly/x.cs")]
    [InlineData("/out/results/")]
    public void WhatTheUserHasNamedOtherwiseIsTheUsersChoice(string spec)
    {
        var layout = new GuestLayout("/src/app", ["/out"]);

        Assert.Equal("/work/x", layout.Output(Item(spec, spec.EndsWith('/') ? "x" : "/work/x")).GuestPath);
    }

    [Fact]
    public void AFolderThatSomebodyHasNamedForOutputsCanBeOneWhereTheReservedOnesAreOthers()
    {
        var layout = new GuestLayout("/src/app", ["/out/bin", "/results"]) { Reserved = ReservedPlaces.Of("/src/app", ["/out/bin"], [], []) };

        Assert.Equal(new DeclaredOutput("/results", "/results", true), layout.Output(new TaskItem("/results/")));
        Assert.Throws<SandboxConfigurationException>(() => layout.Output(new TaskItem("/out/bin/")));
    }

    [Theory]
    [InlineData("gen/", ".")]
    [InlineData("gen/", "obj")]
    [InlineData("gen/app.csproj.x.targets", "obj")]
    [InlineData("gen/mayfly/", "obj")]
    [InlineData("gen/x/../mayfly/a.stamp", "obj")]
    public void ALinkMakesNoOtherPlaceOfAReservedOne(string spec, string target)
    {
        using var project = new TempDirectory();
        Directory.CreateDirectory(project["obj"]);
        Directory.CreateSymbolicLink(project["gen"], target);
        var layout = new GuestLayout(project.Path, []);

        Assert.Equal("MAY1105", Assert.Throws<SandboxConfigurationException>(() => layout.Output(new TaskItem(spec))).Code);
        Assert.Equal(project["gen/ok.cs"], layout.Output(new TaskItem("gen/ok.cs")).HostPath);
    }

    [Fact]
    public void NamesThatToolsObeyAreTakenWhereTheProjectSaysSo()
    {
        var layout = new GuestLayout("/src/app", []) { AllowsConfigurationFiles = true };

        Assert.True(layout.Output(new TaskItem("sub/Directory.Build.props")).AllowsConfigurationFiles);
        Assert.Throws<SandboxConfigurationException>(() => layout.Output(new TaskItem("obj/app.csproj.x.props")));
    }

    [Theory]
    [InlineData(null, "/work")]
    [InlineData("tools", "/work/tools")]
    [InlineData("/opt/x/", "/opt/x")]
    public void TheWorkingDirectoryIsTakenFromTheProjectsPlace(string? given, string expected) =>
        Assert.Equal(expected, GuestLayout.WorkingDirectory(given));

    private static TaskItem Item(string spec, string guestPath)
    {
        var item = new TaskItem(spec);
        item.SetMetadata("GuestPath", guestPath);
        return item;
    }
}
