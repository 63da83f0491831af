using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Tests;

public sealed class CleanSandboxStepsTests : IDisposable
{
    private readonly TempDirectory _project = new();
    private readonly RecordingEngine _engine = new();

    [Fact]
    public void WhatAKilledBuildHadPutInPlaceGoesTooAndSourcesStay()
    {
        var source = _project.Write("source.txt", "mine");
        var old = _project.Write("gen/old.txt", "old");
        new StepStamp("", [], [FileState.Of(old)]).Write(_project["obj/mayfly/step.stamp"]);
        using (var staging = StagingArea.Create(_project["obj/mayfly"], new AllowedRoots([_project.Path])))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            File.WriteAllText(staging.PathOf(1), "new");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), old), (staging.PathOf(1), _project["gen/fresh.txt"])], [], new AllowedRoots([_project.Path])).Perform();
        }

        Assert.True(Clean());

        Assert.Equal([source], Directory.GetFiles(_project.Path, "*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(_project["gen"]));
    }

    [Fact]
    public void NothingGoesWhileAnOldFileCantBePutBack()
    {
        var old = _project.Write("gen/old.txt", "old");
        var stamp = _project["obj/mayfly/step.stamp"];
        new StepStamp("", [], [FileState.Of(old), new FileState(_project.Write("gen/other.txt", "o"), 1, 1)]).Write(stamp);
        using (var staging = StagingArea.Create(_project["obj/mayfly"], new AllowedRoots([_project.Path])))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), old)], [], new AllowedRoots([_project.Path])).Perform();
        }

        File.Delete(old);
        _project.Write("gen/old.txt/taken", "x");

        Assert.True(Clean());

        Assert.Equal("MAY3014", Assert.Single(_engine.Warnings).Code);
        Assert.True(File.Exists(stamp));
        Assert.True(File.Exists(_project["gen/other.txt"]));

        Directory.Delete(_project["gen/old.txt"], recursive: true);
        Assert.True(Clean());
        Assert.Empty(Directory.GetFiles(_project.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void LogsGoAndNothingThatAStampNamesBehindALinkDoes()
    {
        using var outside = new TempDirectory();
        var precious = outside.Write("precious", "p");
        Directory.CreateSymbolicLink(_project["gen"], outside.Path);
        new StepStamp("k", [], [new FileState(_project["gen/precious"], 1, 1), new FileState(_project["x/../../../etc/none"], 1, 1)]).Write(_project["obj/mayfly/step.stamp"]);
        _project.Write("obj/mayfly/logs/step.output.log", "said");

        Assert.True(Clean());

        Assert.Equal("p", File.ReadAllText(precious));
        Assert.False(Directory.Exists(_project["obj"]));
        Assert.NotNull(new FileInfo(_project["gen"]).LinkTarget);
    }

    [Fact]
    public void FoldersThatAreEmptyThenGoAndOthersAndTheRootsStay()
    {
        var outDir = Directory.CreateDirectory(_project["bin/Debug"]).FullName;
        var mine = _project.Write("shared/mine.txt", "mine");
        Directory.CreateDirectory(_project["made/empty of somebody's"]);
        string[] outputs = ["gen/a/deep/a.txt", "gen/b/b.txt", "shared/made/c.txt", "bin/Debug/d.txt", "made/e.txt"];
        new StepStamp("k", [], [.. outputs.Select(output => FileState.Of(_project.Write(output, "x")))]).Write(_project["obj/mayfly/step.stamp"]);
        _project.Write("obj/mayfly/logs/step.output.log", "said");
        _project.Write("obj/project.assets.json", "{}");

        Assert.True(Clean("bin/Debug/"));

        Assert.Equal(
            [_project["bin"], outDir, _project["made"], _project["made/empty of somebody's"], _project["obj"], _project["shared"]],
            Directory.EnumerateDirectories(_project.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(mine));
    }

    [Fact]
    public void AFileThatIsGoneWithItsFolderIsNothingToTell()
    {
        new StepStamp("k", [], [new FileState(_project["obj/one/a.txt"], 1, 1)]).Write(_project["obj/mayfly/step.stamp"]);

        Assert.True(Clean());

        Assert.Empty(_engine.Messages);
        Assert.False(Directory.Exists(_project["obj"]));
    }

    public void Dispose() => _project.Dispose();

    private bool Clean(params string[] outputRoots) => new CleanSandboxSteps
    {
        BuildEngine = _engine,
        ProjectDirectory = _project.Path,
        StampDirectory = "obj/mayfly",
        OutputRoots = outputRoots,
    }.Execute();
}
