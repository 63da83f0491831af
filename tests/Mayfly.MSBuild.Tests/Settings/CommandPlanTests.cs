using Mayfly.MSBuild.Settings;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class CommandPlanTests
{
    [Fact]
    public void OfLineEndsOnlyCrLfIsMendedAsInExec()
    {
        var plan = CommandPlan.Of(new SandboxExec { Command = "echo a\r\nprintf 'b\f\u2028'\n" }, new GuestLayout("/src/app", []));

        Assert.Equal("echo a\nprintf 'b\f\u2028'\n", plan.Command);
    }

    [Fact]
    public void FilesOfMountedFoldersAreNamedByTheirPathsOnTheHost()
    {
        using var elsewhere = new TempDirectory();
        elsewhere.Write("corpus/a.txt", "");
        var task = new SandboxExec { Command = "true", Layers = [Layer("/corpus"), Layer("/")], NuGetPackages = elsewhere.Path };

        var paths = CommandPlan.Of(task, new GuestLayout("/src/app", [])).Format.Paths!;

        Assert.Equal(elsewhere["corpus/a.txt"], paths.Map("/corpus/a.txt"));
        Assert.Equal(elsewhere["x/1.0.0/x.props"], paths.Map("/nuget/packages/x/1.0.0/x.props"));
        Assert.Equal("/usr/include/stdio.h", paths.Map("/usr/include/stdio.h"));

        TaskItem Layer(string guestPath) => new(elsewhere["corpus"], new Dictionary<string, string> { ["GuestPath"] = guestPath });
    }

    [Theory]
    [InlineData("/src/app/app.csproj", "app.csproj-12-5")]
    [InlineData("/src/app/my app;#$.csproj", "my_app___.csproj-12-5")]
    public void LogsOfACallAreNamedByItsPlaceInTheProject(string project, string expected)
    {
        var task = new SandboxExec { BuildEngine = new RecordingEngine(project), Command = "true" };

        var plan = CommandPlan.Of(task, new GuestLayout("/src/app", []));

        Assert.Equal((expected, "/src/app/obj/mayfly/logs"), (plan.LogName, plan.LogDirectory));
    }
}
