using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class FolderTextTests
{
    private static readonly string[] Folders = ["obj/Debug/net10.0/", @"bin\Debug/net10.0/", "out/", "/abs/x.y/", "/src/app/artifacts/obj/", "/src/app/artifacts/obj/$1/"];
    private static readonly GuestLayout Layout = new("/src/app", [.. Folders.Where(folder => folder.StartsWith('/')).Select(folder => folder.TrimEnd('/'))]);

    [Theory]
    [InlineData(@"gen > obj\Debug/net10.0/A.cs", "gen > obj/Debug/net10.0/A.cs")]
    [InlineData(@"cp bin\Debug\net10.0\a /abs\x.y\b", @"cp bin/Debug/net10.0/a /abs/x.y/b")]
    [InlineData(@"printf 'out\n obj\n' | sed s/\\/x/", @"printf 'out\n obj\n' | sed s/\\/x/")]
    [InlineData(@"/abs\xzy\b", @"/abs\xzy\b")]
    [InlineData("cp -t/src/app/artifacts/obj/ '/src/app/artifacts/obj/$1/a'", "cp -t/work/artifacts/obj/ '/work/artifacts/obj/$1/a'")]
    [InlineData("ls /work/abs/x.y/ /src/app/artifacts", "ls /work/abs/x.y/ /src/app/artifacts")]
    [InlineData("ls /usr/src/app/artifacts/obj/ /opt/abs/x.y/", "ls /usr/src/app/artifacts/obj/ /opt/abs/x.y/")]
    public void ThePathsOfTheProjectsFoldersAndNoOthersBecomeTheGuests(string text, string expected) =>
        Assert.Equal(expected, FolderText.InGuest(text, Folders, Layout));
}
