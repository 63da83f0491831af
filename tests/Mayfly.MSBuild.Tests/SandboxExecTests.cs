using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests;

/// <summary>What the task finds out before any machine is needed.</summary>
public sealed class SandboxExecTests
{
    [Fact]
    public void AnImportedFileMustSayWhereTheProjectIs()
    {
        var engine = new RecordingEngine("/src/shared/Directory.Build.targets");

        Assert.False(new SandboxExec { BuildEngine = engine, Command = "true" }.Execute());

        var error = Assert.Single(engine.Errors);
        Assert.Equal("MAY1107", error.Code);
        Assert.Contains("ProjectDirectory=\"$(MSBuildProjectDirectory)\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsHaveTheirCodeOnceAndTheirPlace()
    {
        var engine = new RecordingEngine();

        Assert.False(new SandboxExec { BuildEngine = engine, Command = "true", Timeout = "soon" }.Execute());

        var error = Assert.Single(engine.Errors);
        Assert.Equal(("MAY1103", "/src/app/app.csproj", 12, 5), (error.Code, error.File, error.LineNumber, error.ColumnNumber));
        Assert.StartsWith("the Timeout 'soon'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void ABlankCommandIsRefusedBeforeAMachineStarts(string command)
    {
        using var project = new TempDirectory();
        var engine = new RecordingEngine(project["app.csproj"]);

        Assert.False(new SandboxExec { BuildEngine = engine, Command = command }.Execute());

        Assert.Equal("MAY1008", Assert.Single(engine.Errors).Code);
        Assert.DoesNotContain(engine.Messages, message => message.Message!.Contains(" is up after ", StringComparison.Ordinal));
    }

    [Fact]
    public void AMissingInputIsRefusedBeforeAMachineStarts()
    {
        using var project = new TempDirectory();
        var engine = new RecordingEngine(project["app.csproj"]);

        Assert.False(new SandboxExec { BuildEngine = engine, Command = "true", Inputs = [new TaskItem("absent.csv")] }.Execute());

        Assert.Equal("MAY1009", Assert.Single(engine.Errors).Code);
        Assert.Empty(Directory.EnumerateFiles(project["obj/mayfly"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void TheTaskIsMarkedForMultiThreadedBuilds()
    {
        Type[] tasks = [typeof(SandboxExec), typeof(RunSandboxStep), typeof(CheckSandboxSteps), typeof(CleanSandboxSteps), typeof(FindOutputItems), typeof(RunSandboxTest)];

        Assert.All(tasks, task => Assert.Contains(
            task.GetCustomAttributesData(),
            data => data.AttributeType.FullName == "Microsoft.Build.Framework.MSBuildMultiThreadableTaskAttribute"));
    }
}
