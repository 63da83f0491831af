using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests;

/// <summary>What a step does where no machine is needed.</summary>
public sealed class RunSandboxStepTests : IDisposable
{
    private readonly TempDirectory _project = new();
    private readonly RecordingEngine _engine = new();

    [Fact]
    public void AnOldOutputThatIsGoneWithItsFolderCountsAsRemoved()
    {
        var there = _project.Write("obj/two/b.txt", "old");
        var stamp = new StepStamps(_project["obj/mayfly"], "each").PathOf("gone.txt");
        new StepStamp("k", [], [new FileState(_project["obj/one/a.txt"], 1, 1), FileState.Of(there)]).Write(stamp);
        var step = new TaskItem("each", new Dictionary<string, string> { ["Command"] = "true", ["ForEach"] = "none/*" });

        Assert.True(new RunSandboxStep { BuildEngine = _engine, Step = step, ProjectDirectory = _project.Path, StampDirectory = "obj/mayfly" }.Execute());

        Assert.Empty(_engine.Errors);
        Assert.False(File.Exists(there));
        Assert.False(File.Exists(stamp));
    }

    [Fact]
    public void AParameterThatMakesNoSenseIsToldWithItsStep()
    {
        var step = new TaskItem("bins", new Dictionary<string, string> { ["Command"] = "true", ["Timeout"] = "soon" });

        Assert.False(new RunSandboxStep { BuildEngine = _engine, Step = step, ProjectDirectory = _project.Path, StampDirectory = "obj/mayfly" }.Execute());

        var error = Assert.Single(_engine.Errors);
        Assert.Equal("MAY1103", error.Code);
        Assert.StartsWith("the step 'bins': the Timeout 'soon' is neither", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _project.Dispose();
}
