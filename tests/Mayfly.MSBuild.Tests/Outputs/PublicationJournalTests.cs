using Mayfly.MSBuild.Outputs;

namespace Mayfly.MSBuild.Tests.Outputs;

/// <summary>A publication that ends in the middle, as a killed build's does, at each place.</summary>
public sealed class PublicationJournalTests : IDisposable
{
    private const int Files = 6;

    private readonly TempDirectory _project = new();

    private string Staging => _project["obj/mayfly"];

    private AllowedRoots Roots => new([_project.Path]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void WhereverItWasKilledTheNextBuildPutsEverythingBack(int after)
    {
        Kill(after);
        Assert.Equal(after, Enumerable.Range(0, Files).Count(index => File.Exists(Target(index)) && File.ReadAllText(Target(index)) == "new"));

        StagingArea.Recover(Staging, Roots);

        AssertUntouched();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public void ARecoveryThatIsKilledItselfIsDoneAgain()
    {
        Kill(4);
        // As far as a recovery may come: some files are back, the journal and the area are still there.
        var area = Assert.Single(Directory.GetDirectories(Staging));
        File.Move(Path.Combine(area, "old/2"), Target(2), overwrite: true);
        File.Delete(Target(3));

        StagingArea.Recover(Staging, Roots);
        StagingArea.Recover(Staging, Roots);

        AssertUntouched();
    }

    [Fact]
    public void HalfABackupIsNotPutOverTheOldFile()
    {
        Kill(2);
        // Where there are no hard links, the backup is a copy, which takes time.
        var area = Assert.Single(Directory.GetDirectories(Staging));
        File.WriteAllText(Path.Combine(area, "old/2"), "ol");

        StagingArea.Recover(Staging, Roots);

        AssertUntouched();
    }

    [Fact]
    public void WhatIsInOtherFoldersWaitsForABuildThatHasThem()
    {
        using var elsewhere = new TempDirectory();
        var other = elsewhere.Write("out.txt", "old");
        _project.Write("gen.txt", "old");
        var both = new AllowedRoots([_project.Path, elsewhere.Path]);
        using (var staging = StagingArea.Create(Staging, both))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            File.WriteAllText(staging.PathOf(1), "new");
            File.WriteAllText(staging.PathOf(2), "new");
            PublicationJournal.Begin(
                staging.Path, [(staging.PathOf(0), _project["gen.txt"]), (staging.PathOf(1), other), (staging.PathOf(2), _project["added.txt"])], [], both).Perform();
        }

        Assert.Contains(other, Assert.Single(StagingArea.Recover(Staging, Roots)), StringComparison.Ordinal);

        Assert.Equal("old", File.ReadAllText(_project["gen.txt"]));
        Assert.False(File.Exists(_project["added.txt"]));
        Assert.Equal("new", File.ReadAllText(other));

        // That build goes on; the rest is put back around what it has made.
        _project.Write("added.txt", "newer");
        Assert.Single(StagingArea.Recover(Staging, Roots));
        Assert.Empty(StagingArea.Recover(Staging, both));

        Assert.Equal("old", File.ReadAllText(other));
        Assert.Equal("newer", File.ReadAllText(_project["added.txt"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public void AFileThatWasAFolderAndTheReverseAreUndoneToo()
    {
        var inside = _project.Write("one/sub/b.txt", "b");
        var plain = _project.Write("two", "two");
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            File.WriteAllText(staging.PathOf(1), "new");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), _project["one"]), (staging.PathOf(1), _project["two/sub/c.txt"])], [inside, plain], Roots).Perform();
        }

        Assert.Equal("new", File.ReadAllText(_project["one"]));
        Assert.Equal("new", File.ReadAllText(_project["two/sub/c.txt"]));

        Assert.Empty(StagingArea.Recover(Staging, Roots));

        Assert.Equal("b", File.ReadAllText(inside));
        Assert.Equal("two", File.ReadAllText(plain));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WhereverItWasKilledAFolderThatWasToBecomeAFileIsBack(int after)
    {
        var inside = _project.Write("one/sub/b.txt", "b");
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), _project["one"])], [inside], Roots);
            // What it does, one by one.
            Action[] steps =
            [
                () => File.Move(inside, Path.Combine(staging.Path, "old/0")),
                () => Directory.Delete(_project["one/sub"]),
                () => Directory.Delete(_project["one"]),
                () => File.Move(staging.PathOf(0), _project["one"]),
            ];
            foreach (var step in steps.Take(after))
            {
                step();
            }
        }

        Assert.Empty(StagingArea.Recover(Staging, Roots));

        Assert.Equal("b", File.ReadAllText(inside));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public void ALinkThatLeadsNowhereIsReplacedAndPutBack()
    {
        File.CreateSymbolicLink(_project["link"], "nowhere");
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "new");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), _project["link"])], [], Roots).Perform();
        }

        Assert.Equal("new", File.ReadAllText(_project["link"]));

        Assert.Empty(StagingArea.Recover(Staging, Roots));

        Assert.Equal("nowhere", new FileInfo(_project["link"]).LinkTarget);
    }

    [Fact]
    public void AFinishedPublicationStays()
    {
        using (var staging = Stage())
        {
            var journal = PublicationJournal.Begin(staging.Path, Moves(staging), [], Roots);
            journal.Perform();
            journal.End();
        }

        StagingArea.Recover(Staging, Roots);

        Assert.All(Enumerable.Range(0, Files), index => Assert.Equal("new", File.ReadAllText(Target(index))));
    }

    [Fact]
    public void AJournalThatNamesFilesElsewhereMovesNothingThere()
    {
        using var outside = new TempDirectory();
        var precious = outside.Write("precious", "p");
        using (var staging = Stage())
        {
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(77), outside["new"]), (staging.PathOf(78), precious)], [], Roots);
            File.WriteAllText(outside["new"], "somebody's");
            File.WriteAllText(Path.Combine(staging.Path, "old/1"), "forged");
        }

        var left = Assert.Single(StagingArea.Recover(Staging, Roots));

        Assert.Contains(outside["new"], left, StringComparison.Ordinal);
        Assert.Equal("somebody's", File.ReadAllText(outside["new"]));
        Assert.Equal("p", File.ReadAllText(precious));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{")]
    [InlineData("[{}]")]
    [InlineData("null")]
    public void ADamagedJournalHasNothingToUndo(string content)
    {
        _project.Write("obj/mayfly/run-dead/journal", content);
        _project.Write("obj/mayfly/run-dead.lock", "");

        StagingArea.Recover(Staging, Roots);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public async Task AreasMadeAtTheSameTimeDoNotTakeEachOtherForAbandoned()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, (_, _) =>
        {
            using var staging = StagingArea.Create(Staging, Roots);
            File.WriteAllText(staging.PathOf(0), "x");
            Assert.Equal("x", File.ReadAllText(staging.PathOf(0)));
            return ValueTask.CompletedTask;
        });

        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    public void Dispose() => _project.Dispose();

    /// <summary>Ends a publication after some of the files, which needs no process: what is on disk then is the same.</summary>
    private void Kill(int after)
    {
        using var staging = Stage();
        var moves = Moves(staging);
        var journal = PublicationJournal.Begin(staging.Path, moves, [], Roots);
        File.Delete(moves[after].Source);
        Assert.ThrowsAny<IOException>(journal.Perform);
        File.WriteAllText(moves[after].Source, "new");
    }

    /// <summary>Every other file is there before.</summary>
    private StagingArea Stage()
    {
        var staging = StagingArea.Create(Staging, Roots);
        for (var index = 0; index < Files; index++)
        {
            File.WriteAllText(staging.PathOf(index), "new");
            if (index % 2 == 0)
            {
                _project.Write($"out/{index}", $"old {index}");
            }
        }

        Directory.CreateDirectory(_project["out"]);
        return staging;
    }

    private IReadOnlyList<(string Source, string Target)> Moves(StagingArea staging) =>
        [.. Enumerable.Range(0, Files).Select(index => (staging.PathOf(index), Target(index)))];

    private string Target(int index) => _project[$"out/{index}"];

    private void AssertUntouched() => Assert.Equal(
        Enumerable.Range(0, Files).Where(index => index % 2 == 0).Select(index => $"old {index}"),
        Directory.EnumerateFiles(_project["out"]).Order(StringComparer.Ordinal).Select(File.ReadAllText));
}
