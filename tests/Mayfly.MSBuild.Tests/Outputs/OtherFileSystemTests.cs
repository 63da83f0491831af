using System.Diagnostics;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Outputs;

/// <summary>Outputs on another file system than the folder they wait in: every Linux host has one in memory.</summary>
public sealed class OtherFileSystemTests : IDisposable
{
    private readonly TempDirectory _project = new();
    private readonly string _other = Directory.CreateDirectory(Path.Combine("/dev/shm", "mf-" + Path.GetRandomFileName())).FullName;

    private AllowedRoots Roots => new([_project.Path, _other]);

    private string Staging => _project["obj/mayfly"];

    [Fact]
    public void ItIsAnother()
    {
        Assert.NotEqual(FileSystemId.Of(_project.Path), FileSystemId.Of(_other));
        Assert.Equal(FileSystemId.Of(_project.Path), FileSystemId.Of(Directory.CreateDirectory(_project["sub"]).FullName));
    }

    [Fact]
    public void EachPublicationLandsAndLeavesNothingElse()
    {
        foreach (var text in new[] { "first", "second", "third" })
        {
            Publish(text);

            Assert.Equal(text, File.ReadAllText(At("sub/a.txt")));
        }

        Assert.Equal([At("sub/a.txt")], Directory.GetFiles(_other, "*", SearchOption.AllDirectories));
        Assert.Equal([At("sub")], Directory.GetDirectories(_other, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public void AFolderThereMayBecomeAFile()
    {
        Publish("first");
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "file");
            OutputSet.Collect([new DeclaredOutput(At("sub"), "/work/sub", false)], staging).Publish(Roots, lastFiles: [At("sub/a.txt")]);
        }

        Assert.Equal("file", File.ReadAllText(At("sub")));
        Assert.Equal([At("sub")], Directory.GetFileSystemEntries(_other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AKilledOneIsUndoneByABuildThatHasTheFolder(bool performs)
    {
        Publish("first");
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "second");
            File.WriteAllText(staging.PathOf(1), "second");
            var journal = PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), At("sub/a.txt")), (staging.PathOf(1), At("new/b.txt"))], [], Roots);
            if (performs)
            {
                journal.Perform();
            }
        }

        Assert.Single(StagingArea.Recover(Staging, new AllowedRoots([_project.Path])));
        Assert.Empty(StagingArea.Recover(Staging, Roots));

        Assert.Equal("first", File.ReadAllText(At("sub/a.txt")));
        Assert.Equal([At("sub")], Directory.GetFileSystemEntries(_other));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public void WhatWasCopiedThereAndNeverBegunIsRemovedByABuildThatHasTheFolder()
    {
        using (var staging = StagingArea.Create(Staging, Roots))
        {
            File.WriteAllText(staging.PathOf(0), "x");
            PublicationJournal.Begin(staging.Path, [(staging.PathOf(0), At("a.txt"))], [], Roots);
            File.Delete(Path.Combine(staging.Path, "journal"));
            // As the kill leaves it.
            _project.Write("obj/mayfly/run-dead.lock", "");
            Directory.CreateDirectory(_project["obj/mayfly/run-dead"]);
            Directory.Move(Assert.Single(Directory.GetDirectories(_other)), At(".mayfly-run-dead"));
            File.WriteAllText(_project["obj/mayfly/run-dead/aside"], $"[\"{At(".mayfly-run-dead")}\"]");
        }

        Assert.Empty(StagingArea.Recover(Staging, new AllowedRoots([_project.Path])));
        Assert.True(Directory.Exists(At(".mayfly-run-dead")));
        Assert.Empty(StagingArea.Recover(Staging, Roots));

        Assert.Empty(Directory.GetFileSystemEntries(_other));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [RootFact]
    public void AVolumeOfTheSameFileSystemIsAsFarAway()
    {
        var (volume, place) = (Directory.CreateDirectory(_project["volume"]).FullName, Directory.CreateDirectory(_project["bin"]).FullName);
        Run("mount", "--bind", volume, place);
        try
        {
            foreach (var text in new[] { "first", "second" })
            {
                using var staging = StagingArea.Create(Staging, Roots);
                File.WriteAllText(staging.PathOf(0), text);
                OutputSet.Collect([new DeclaredOutput(_project["bin/sub/a.txt"], "/work/bin/sub/a.txt", false)], staging).Publish(Roots);
            }

            Assert.Equal("second", File.ReadAllText(_project["volume/sub/a.txt"]));
            Assert.Equal([_project["volume/sub"]], Directory.GetFileSystemEntries(volume));
        }
        finally
        {
            Run("umount", place);
        }
    }

    public void Dispose()
    {
        Directory.Delete(_other, recursive: true);
        _project.Dispose();
    }

    private void Publish(string text)
    {
        using var staging = StagingArea.Create(Staging, Roots);
        File.WriteAllText(staging.PathOf(0), text);
        OutputSet.Collect([new DeclaredOutput(At("sub/a.txt"), "/work/sub/a.txt", false)], staging).Publish(Roots);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string At(string relative) => Path.Combine(_other, relative);
}
