using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class InputPlacesTests : IDisposable
{
    private readonly TempDirectory _project = new();

    public InputPlacesTests()
    {
        _project.Write("a.txt", "a");
        _project.Write("b.txt", "b");
        _project.Write("one/x.txt", "x");
        _project.Write("two/x.txt", "x");
    }

    [Fact]
    public void TwoFilesOfOneNameAreAnErrorThatNamesBoth()
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => Plan(Item("a.txt", "in"), Item("b.txt", "in")));

        Assert.Equal("MAY1104", error.Code);
        Assert.Contains($"'{_project["a.txt"]}' and '{_project["b.txt"]}' have the same place in the guest, '/work/in'", error.Message, StringComparison.Ordinal);
        Assert.Throws<SandboxConfigurationException>(() => Plan(Item("one/x.txt", "in/"), Item("two/x.txt", "in/")));
        Assert.Throws<SandboxConfigurationException>(() => Plan(Item("one", "in"), Item("a.txt", "in")));
    }

    [Fact]
    public void FilesOfOneFolderAFileThatIsNamedTwiceAndFoldersThatAreJoinedAreFine()
    {
        Assert.Equal(["/work/in/a.txt", "/work/in/b.txt"], Plan(Item("a.txt", "in/"), Item("b.txt", "in/")).Inputs.Select(input => input.GuestPath));
        Plan(new TaskItem("a.txt"), new TaskItem("./a.txt"));
        Plan(Item("one/", "in/"), Item("two/", "in/"));
    }

    [Fact]
    public void AFileOfForEachIsOneOfTheInputs()
    {
        var layout = new GuestLayout(_project.Path, []);
        var plan = Plan(Item("b.txt", "a.txt"));

        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => ForEachPlans.Of(plan, [new TaskItem("a.txt")], [], layout)).Code);
    }

    public void Dispose() => _project.Dispose();

    private CommandPlan Plan(params TaskItem[] inputs) => CommandPlan.Of(new SandboxExec { Command = "true", Inputs = inputs }, new GuestLayout(_project.Path, []));

    private static TaskItem Item(string include, string guestPath) => new(include, new Dictionary<string, string> { ["GuestPath"] = guestPath });
}
