using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class CommandPlanTests
{
    [Fact]
    public void OfLineEndsOnlyCrLfIsMendedAsInExec()
    {
        var plan = CommandPlan.Of(new SandboxExec { Command = "echo a\r\nprintf 'b\f\u2028'\n" }, new GuestLayout("/src/app", []));

        Assert.Equal("echo a\nprintf 'b\f\u2028'\n", plan.Command);
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
