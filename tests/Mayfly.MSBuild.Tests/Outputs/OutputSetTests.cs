using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Tests.Outputs;

public sealed class OutputSetTests : IDisposable
{
    private readonly TempDirectory _project = new();
    private readonly StagingArea _staging;

    public OutputSetTests() => _staging = StagingArea.Create(_project["obj/mayfly"], Roots);

    private AllowedRoots Roots => new([_project.Path]) { Reserved = ReservedPlaces.Of(_project.Path, [], [], ["obj/mayfly"]) };

    [Fact]
    public void FilesAndFoldersLandWithTimesOfTheHosts()
    {
        var begun = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-2);
        Stage(0, "class A;");
        Stage(1, "b", "sub/b.txt");
        File.SetLastWriteTimeUtc(_staging.PathOf(0), DateTime.UnixEpoch);

        var files = OutputSet.Collect([Wanted("gen/A.cs"), Wanted("tree", isDirectory: true)], _staging).Publish(Roots);

        Assert.Equal([_project["gen/A.cs"], _project["tree/sub/b.txt"]], files);
        Assert.Equal("class A;", File.ReadAllText(_project["gen/A.cs"]));
        Assert.Equal("b", File.ReadAllText(_project["tree/sub/b.txt"]));
        Assert.True(File.GetLastWriteTimeUtc(_project["gen/A.cs"]) >= begun);
    }

    [Fact]
    public void WhatIsThereAlreadyStaysWhereAStampDecides()
    {
        var big = string.Concat(Enumerable.Repeat("0123456789abcdef", 10_000));
        string[] names = ["same", "big", "empty", "other", "longer", "mode", "late"];
        var old = names.Zip(["s", big, "", "x", "x", "m", big[..^1] + "!"]).ToList();
        var fresh = names.Zip(["s", big, "", "y", "xy", "m", big]).ToList();
        old.ForEach(file => File.SetLastWriteTimeUtc(_project.Write($"tree/{file.First}", file.Second), DateTime.UnixEpoch));
#pragma warning disable CA1416 // Like the library's, the tests' host is Linux.
        File.SetUnixFileMode(_project["tree/mode"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        fresh.ForEach(file => Stage(0, file.Second, file.First));

        var files = OutputSet.Collect([Wanted("tree", isDirectory: true)], _staging).Publish(Roots, keepsUnchanged: true);

        Assert.Equal(names.Order(StringComparer.Ordinal).Select(name => _project[$"tree/{name}"]), files);
        Assert.Equal(["same", "big", "empty"], names.Where(name => File.GetLastWriteTimeUtc(_project[$"tree/{name}"]) == DateTime.UnixEpoch));
        Assert.All(fresh, file => Assert.Equal(file.Second, File.ReadAllText(_project[$"tree/{file.First}"])));
    }

    [Fact]
    public void WithoutAStampEveryFileIsNew()
    {
        File.SetLastWriteTimeUtc(_project.Write("a.txt", "a"), DateTime.UnixEpoch);
        Stage(0, "a");

        OutputSet.Collect([Wanted("a.txt")], _staging).Publish(Roots);

        Assert.NotEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_project["a.txt"]));
    }

    [Fact]
    public void ALinkToTheSameBytesIsReplaced()
    {
        using var outside = new TempDirectory();
        File.CreateSymbolicLink(_project["x.txt"], outside.Write("x.txt", "x"));
        Stage(0, "x");

        OutputSet.Collect([Wanted("x.txt")], _staging).Publish(Roots, keepsUnchanged: true);

        Assert.Null(new FileInfo(_project["x.txt"]).LinkTarget);
    }

    [Fact]
    public void AFileThatCantBePlacedLeavesAllAsTheyWere()
    {
        _project.Write("old.txt", "old");
        _project.Write("taken.txt/mine", "m");
        Stage(0, "new");
        Stage(1, "fresh");
        Stage(2, "x");

        var outputs = OutputSet.Collect([Wanted("old.txt"), Wanted("fresh.txt"), Wanted("taken.txt")], _staging);
        var error = Assert.Throws<SandboxTransferException>(() => outputs.Publish(Roots));

        Assert.Equal("MAY3014", error.Code);
        Assert.Contains(_project["taken.txt/mine"], error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_project["old.txt"]));
        Assert.False(File.Exists(_project["fresh.txt"]));
    }

    [Fact]
    public void AFileTakesThePlaceOfAFolderOfTheLastRunAndTheReverse()
    {
        var last = _project.Write("gen/a/b.txt", "b");
        var (plain, stale) = (_project.Write("gen/c", "c"), _project.Write("gen/stale.txt", "s"));
        Stage(0, "a", "a");
        Stage(0, "d", "c/d.txt");

        OutputSet.Collect([Wanted("gen", isDirectory: true)], _staging).Publish(Roots, lastFiles: [last, plain, stale]);

        Assert.Equal("a", File.ReadAllText(_project["gen/a"]));
        Assert.Equal("d", File.ReadAllText(_project["gen/c/d.txt"]));
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public void AFileOfSomebodyElseIsNotReplacedByAFolder()
    {
        var mine = _project.Write("gen/a", "mine");
        var last = _project.Write("gen/last.txt", "last");
        Stage(0, "b", "a/b.txt");

        var outputs = OutputSet.Collect([Wanted("gen", isDirectory: true)], _staging);
        var error = Assert.Throws<SandboxTransferException>(() => outputs.Publish(Roots, lastFiles: [last]));

        Assert.Contains($"'{mine}' is a file", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.Equal("last", File.ReadAllText(last));
    }

    [Fact]
    public void NewFilesAreInTheStampBeforeTheStepHasWrittenItsOwn()
    {
        var (kept, stamp) = (_project.Write("gen/kept.txt", "k"), _project["obj/mayfly/step.stamp"]);
        new StepStamp("key", [], [FileState.Of(kept)]).Write(stamp);
        _project.Write("gen/mine.txt", "of a user");
        Stage(0, "x");
        Stage(1, "x");

        OutputSet.Collect([Wanted("gen/new.txt"), Wanted("gen/mine.txt")], _staging).Publish(Roots, stamp);

        var written = StepStamp.Read(stamp)!;
        Assert.Equal("", written.Key);
        Assert.Equal([kept, _project["gen/new.txt"]], written.Files.Select(file => file.Path));
    }

    [Fact]
    public void ALinkIsRefused()
    {
        File.CreateSymbolicLink(_staging.PathOf(0), "/etc/passwd");
        Stage(1, "x", "ok.txt");
        File.CreateSymbolicLink(Path.Combine(_staging.PathOf(1), "link"), "ok.txt");

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("a")], _staging)).Code);
        var second = Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("x", isDirectory: true), Wanted("y", isDirectory: true)], _staging));
        Assert.Equal("MAY1106", second.Code);
    }

    [Theory]
    [InlineData("a\n::error::x.cs")]
    [InlineData("##vso[task.complete].cs")]
    [InlineData("\u001b[2J.cs")]
    [InlineData("\u202Esc.exe")]
    public void ANameThatSteersWhoPrintsItIsRefused(string name)
    {
        Stage(0, "x", name);

        var error = Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("tree", isDirectory: true)], _staging));

        Assert.Equal("MAY1106", error.Code);
        Assert.DoesNotContain(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..\\..\\secret.cs")]
    [InlineData("sub\\name/x.txt")]
    [InlineData("a\"b.txt")]
    public void ANameThatTheBuildWouldReadAsAnotherPathIsRefused(string name)
    {
        Stage(0, "x", name);

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("tree", isDirectory: true)], _staging)).Code);
    }

    [Theory]
    [InlineData(".globalconfig")]
    [InlineData("sub/.EditorConfig")]
    [InlineData(".git/hooks/post-checkout")]
    [InlineData(".envrc")]
    [InlineData("DIRECTORY.build.PROPS")]
    [InlineData("Directory.Packages.props")]
    [InlineData("sub/x.targets")]
    [InlineData("MSBuild.rsp")]
    [InlineData("app.csproj.user")]
    [InlineData("x.vcxproj")]
    [InlineData("x.slnx")]
    [InlineData("Global.json")]
    [InlineData("NuGet.Config")]
    public void AFolderHoldsNoFileThatToolsObeyUnlessTheProjectSaysSo(string name)
    {
        Stage(0, "x", name);
        var wanted = Wanted("tree", isDirectory: true);

        var error = Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([wanted], _staging));

        Assert.Equal("MAY1106", error.Code);
        Assert.Contains("AllowConfigurationFiles", error.Message, StringComparison.Ordinal);
        Assert.Equal([_project["tree/" + name]], OutputSet.Collect([wanted with { AllowsConfigurationFiles = true }], _staging).Publish(Roots));
    }

    [Theory]
    [InlineData("Proj.cs")]
    [InlineData("projects/props.txt")]
    [InlineData("app-net10.0.trx")]
    [InlineData("dotnet.1234.dmp")]
    [InlineData("data.json")]
    public void OtherNamesAreTaken(string name)
    {
        Stage(0, "x", name);

        Assert.Equal([_project["tree/" + name]], OutputSet.Collect([Wanted("tree", isDirectory: true)], _staging).Publish(Roots));
    }

    [Fact]
    public void ANameWithALineBreakIsRefusedBecauseListsHaveOneNameOnEachLine()
    {
        Stage(0, "x", "a\n1 1 /etc/passwd");

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("a", isDirectory: true)], _staging)).Code);
    }

    [Fact]
    public void AFolderThatALinkLeadsOutOfTheProjectIsRefusedWithoutAnythingMadeThere()
    {
        using var outside = new TempDirectory();
        Directory.CreateSymbolicLink(_project["gen"], outside.Path);
        Stage(0, "x", "sub/deep/x.txt");
        Stage(1, "y");

        var outputs = OutputSet.Collect([Wanted("gen/made", isDirectory: true), Wanted("y.txt")], _staging);

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => outputs.Publish(Roots)).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
        Assert.False(File.Exists(_project["y.txt"]));
    }

    [Theory]
    [InlineData("obj/Debug", "net10.0/mayfly")]
    [InlineData("gen", "mayfly")]
    public void AJournalOfTheGuestsIsNotPutWhereTheNextBuildGoesByIt(string folder, string area)
    {
        Directory.CreateSymbolicLink(_project["gen"], "obj");
        Stage(0, "", $"{area}/run-aa.lock");
        var victim = _project.Write("victim.txt", "mine");
        Stage(0, $$"""[{"Source":"{{victim}}","Target":"{{victim}}"}]""", $"{area}/run-aa/journal");

        var outputs = OutputSet.Collect([Wanted(folder, isDirectory: true)], _staging);

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => outputs.Publish(Roots)).Code);
        Assert.False(File.Exists(_project[$"{folder}/{area}/run-aa.lock"]));
        Assert.Equal("mine", File.ReadAllText(victim));
    }

    [Fact]
    public void AFileThatMSBuildImportsIsNotPutIntoObjThroughALink()
    {
        Directory.CreateSymbolicLink(_project["gen"], "obj");
        Stage(0, "x", "app.csproj.x.targets");

        var outputs = OutputSet.Collect([Wanted("gen", isDirectory: true) with { AllowsConfigurationFiles = true }], _staging);

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => outputs.Publish(Roots)).Code);
    }

    [Fact]
    public void AFolderThatALinkLeadsElsewhereInTheProjectIsFine()
    {
        Directory.CreateDirectory(_project["real"]);
        Directory.CreateSymbolicLink(_project["gen"], "real");
        Stage(0, "x");

        OutputSet.Collect([Wanted("gen/x.txt")], _staging).Publish(Roots);

        Assert.Equal("x", File.ReadAllText(_project["real/x.txt"]));
    }

    [Fact]
    public void ALinkInPlaceOfAnOutputIsReplacedAndNotFollowed()
    {
        using var outside = new TempDirectory();
        var precious = outside.Write("precious", "old");
        File.CreateSymbolicLink(_project["x.txt"], precious);
        Stage(0, "new");

        OutputSet.Collect([Wanted("x.txt")], _staging).Publish(Roots);

        Assert.Equal("old", File.ReadAllText(precious));
        Assert.Equal("new", File.ReadAllText(_project["x.txt"]));
    }

    [Fact]
    public void AFolderInPlaceOfAFileIsRefused()
    {
        Stage(0, "x", "inside.txt");
        Stage(1, "x");

        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("a")], _staging)).Code);
        Assert.Equal("MAY1106", Assert.Throws<SandboxTransferException>(() => OutputSet.Collect([Wanted("a", isDirectory: true), Wanted("b", isDirectory: true)], _staging)).Code);
    }

    [Fact]
    public void NothingIsLeftInTheStagingFolder()
    {
        Stage(0, "x");

        _staging.Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_project["obj/mayfly"]));
    }

    [Fact]
    public void WhatAKilledBuildLeftIsRemovedAndWhatIsInUseIsNot()
    {
        _project.Write("obj/mayfly/run-dead/0", "x");
        _project.Write("obj/mayfly/run-dead.lock", "");
        Stage(0, "in use");

        using var other = StagingArea.Create(_project["obj/mayfly"], Roots);

        Assert.False(Directory.Exists(_project["obj/mayfly/run-dead"]));
        Assert.False(File.Exists(_project["obj/mayfly/run-dead.lock"]));
        Assert.Equal("in use", File.ReadAllText(_staging.PathOf(0)));
    }

    [Fact]
    public void AnAreaOfThisProcessIsInUseAlsoWhereLocksMeanNothing()
    {
        Stage(0, "in use");
        // The lock is held on a file that is gone, so that nobody is told of it.
        var path = _staging.Path + ".lock";
        File.Delete(path);
        File.WriteAllText(path, "");

        StagingArea.Recover(_project["obj/mayfly"], Roots);

        Assert.Equal("in use", File.ReadAllText(_staging.PathOf(0)));
    }

    [Fact]
    public void AnAreaThatCantBeRemovedIsLeftToTheNextBuild()
    {
        Directory.Delete(_staging.Path, recursive: true);
        File.WriteAllText(_staging.Path, "no folder");
        File.Delete(_staging.Path + ".lock");
        Directory.CreateDirectory(_staging.Path + ".lock");

        _staging.Dispose();

        Assert.True(Directory.Exists(_staging.Path + ".lock"));
    }

    public void Dispose()
    {
        if (Directory.Exists(_staging.EmptyDirectory))
        {
            _staging.Dispose();
        }

        _project.Dispose();
    }

    private void Stage(int index, string content, string? inside = null)
    {
        var path = inside is null ? _staging.PathOf(index) : Path.Combine(_staging.PathOf(index), inside);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private DeclaredOutput Wanted(string relative, bool isDirectory = false) => new(_project[relative], "/work/" + relative, isDirectory);
}
