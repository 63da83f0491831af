using Mayfly.Xunit.Guests;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Each test has a folder of its own, and empties no other.</summary>
public sealed class GuestArtifactsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mayfly-artifacts-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("Some.Tests.Passes", "Some.Tests.Passes")]
    [InlineData("Some.Tests.Rows(row: 1)", "Some.Tests.Rows-row--1--*")]
    [InlineData("Some.Tests.Rows(path: \"/etc/../x\")", "Some.Tests.Rows-path----etc-..-x---*")]
    public void ANameIsReadable(string displayName, string pattern) =>
        Assert.Matches($"^{pattern.Replace(".", "\\.", StringComparison.Ordinal).Replace("*", "[0-9a-f]{8}", StringComparison.Ordinal)}$", Path.GetFileName(Clear(displayName)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("../..")]
    [InlineData("/")]
    [InlineData("a/../../b")]
    [InlineData("\0")]
    public void NoNameLeadsElsewhere(string displayName)
    {
        var marker = Path.Combine(_root, "Some.Tests", "neighbour", "file");
        Directory.CreateDirectory(Path.GetDirectoryName(marker)!);
        File.WriteAllText(marker, "");

        var folder = Path.GetFullPath(Clear(displayName));

        Assert.Equal(Path.Combine(_root, "Some.Tests"), Path.GetDirectoryName(folder));
        Assert.True(File.Exists(marker));
    }

    [Fact]
    public void NoTwoTestsHaveOneFolder()
    {
        string[] names = ["a b", "a-b", "a/b", "a_b", "A b", new('x', 100), new('x', 101), new('x', 300), new string('x', 300) + "y", "\u00e4", "\u00f6"];

        Assert.Distinct([.. names.Select(name => Clear(name)), Clear("row", 0), Clear("row", 1), Clear("row")]);
        Assert.All(names, name => Assert.InRange(Path.GetFileName(Clear(name)).Length, 1, 120));
    }

    [Fact]
    public void WhatIsLeftOfFormerRunsIsGone()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere"));
        File.WriteAllText(Path.Combine(elsewhere.FullName, "file"), "");
        var folder = Clear("test");
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), elsewhere.FullName);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Clear("test")));
        Assert.Single(elsewhere.EnumerateFiles());
    }

    [Fact]
    public void WithoutAFolderOfTheirOwnTheyAreBesideTheProjectAndNotInItsOutput()
    {
        var project = Directory.CreateDirectory(Path.Combine(_root, "project"));
        File.WriteAllText(Path.Combine(project.FullName, "Some.csproj"), "");
        var output = project.CreateSubdirectory("bin/Debug/net10.0");
        var settings = Settings() with { Assembly = Path.Combine(output.FullName, "Some.Tests.dll") };

        var folder = GuestArtifacts.Clear(new GuestTest("test", "", WorkerRun.NoRow, [], settings with { ArtifactsFolder = null }));

        Assert.Equal(Path.Combine(project.FullName, "TestResults", "guests", "Some.Tests", "test"), folder);
    }

    private string Clear(string displayName, int row = WorkerRun.NoRow) => GuestArtifacts.Clear(new GuestTest(displayName, "", row, [], Settings()));

    private GuestTestSettings Settings() =>
        GuestTestSettingsTests.Of(new GuestFactAttribute(), environment: new() { ["MAYFLY_ARTIFACTS"] = _root });
}
