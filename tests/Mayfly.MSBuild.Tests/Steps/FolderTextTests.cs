using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class FolderTextTests
{
    private static readonly string[] Folders = ["obj/Debug/net10.0/", @"bin\Debug/net10.0/", "out/", "/abs/x.y/"];

    [Theory]
    [InlineData(@"gen > obj\Debug/net10.0/A.cs", "gen > obj/Debug/net10.0/A.cs")]
    [InlineData(@"cp bin\Debug\net10.0\a /abs\x.y\b", "cp bin/Debug/net10.0/a /abs/x.y/b")]
    [InlineData(@"printf 'out\n obj\n' | sed s/\\/x/", @"printf 'out\n obj\n' | sed s/\\/x/")]
    [InlineData(@"/abs\xzy\b", @"/abs\xzy\b")]
    public void OnlyThePathsOfTheProjectsFoldersAreMended(string text, string expected) =>
        Assert.Equal(expected, FolderText.WithSlashes(text, Folders));
}
