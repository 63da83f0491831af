using Mayfly.Agent.Warden;

namespace Mayfly.Tests.Agent;

/// <summary>What removes directories on the host takes all of a tree, and names what it can't take.</summary>
public sealed class DirectoryRemoverTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("mft-").FullName;

    private string Tree => Path.Combine(_scratch, "tree");

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(70)]
    [InlineData(500)]
    public void ATreeOfAnyDepthIsRemoved(int depth)
    {
        File.WriteAllText(Path.Combine(Nest(Tree, depth), "file"), "");

        Assert.Null(DirectoryRemover.Remove(Tree));

        Assert.False(Directory.Exists(Tree));
    }

    [Fact]
    public void DeepBranchesAreRemovedBesideNamesThatAreTaken()
    {
        var middle = Nest(Tree, 60);
        foreach (var branch in (string[])["a", "b", "c"])
        {
            Directory.CreateDirectory(Path.Combine(Nest(Path.Combine(middle, branch), 150), "empty"));
        }

        File.WriteAllText(Path.Combine(Tree, ".deep-1"), "");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Tree, ".deep-2")).FullName, "file"), "");

        Assert.Null(DirectoryRemover.Remove(Tree));

        Assert.False(Directory.Exists(Tree));
    }

    [Fact]
    public void ALinkIsRemovedAndNotFollowed()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_scratch, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "file"), "");
        foreach (var depth in (int[])[1, 64, 65])
        {
            Directory.CreateSymbolicLink(Path.Combine(Nest(Tree, depth), "link"), outside);
        }

        Assert.Null(DirectoryRemover.Remove(Tree));

        Assert.False(Directory.Exists(Tree));
        Assert.True(File.Exists(Path.Combine(outside, "file")));
    }

    [RootFact]
    public void WhatCannotGoIsNamedAndKeepsNothingElse()
    {
        var inner = Nest(Tree, 3);
        using (new StuckFile(Path.Combine(inner, "st\nuck"), Tree))
        {
            File.WriteAllText(Path.Combine(inner, "other"), "");
            Nest(Path.Combine(Tree, "deep"), 70);

            Assert.Equal($"'{Tree}' was not removed: 'd/d/d/st?uck' in it: Operation not permitted", DirectoryRemover.Remove(Tree));

            Assert.Equal(["st\nuck"], Directory.EnumerateFiles(Tree, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
            Assert.False(Directory.Exists(Path.Combine(Tree, "deep")));
        }

        Assert.Null(DirectoryRemover.Remove(Tree));
    }

    [RootFact]
    public void WhatCannotGoFromADeepPlaceIsNamedWhereItIs()
    {
        using (new StuckFile(Path.Combine(Nest(Tree, 200), "stuck"), Tree))
        {
            var problem = DirectoryRemover.Remove(Tree);

            Assert.EndsWith("/stuck' in it: Operation not permitted", problem, StringComparison.Ordinal);
            Assert.EndsWith(problem!.Split('\'')[3], Assert.Single(Directory.EnumerateFiles(Tree, "*", SearchOption.AllDirectories)), StringComparison.Ordinal);
        }

        Assert.Null(DirectoryRemover.Remove(Tree));
    }

    /// <summary>The last of that many directories, one in the other.</summary>
    private static string Nest(string top, int depth) =>
        Directory.CreateDirectory(Path.Combine([top, .. Enumerable.Repeat("d", depth)])).FullName;
}
