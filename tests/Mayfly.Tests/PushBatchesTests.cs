namespace Mayfly.Tests;

public sealed class PushBatchesTests : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public PushBatchesTests()
    {
        File.WriteAllText(Host("file"), "");
        Directory.CreateDirectory(Host("folder"));
        File.CreateSymbolicLink(Host("link"), "file");
    }

    [Fact]
    public void FilesThatFollowEachOtherGoTogether() =>
        Assert.Equal(["file /a, file /b/c, link /b/d"], Batches(("file", "/a"), ("file", "/b/c"), ("link", "/b/d")));

    [Fact]
    public void FoldersAndWhatIsPutIntoOneGoByThemselves() => Assert.Equal(
        ["file /a", "folder /b", "file /c", "file /d/", "file /e, file /f"],
        Batches(("file", "/a"), ("folder", "/b"), ("file", "/c"), ("file", "/d/"), ("file", "/e"), ("file", "/f")));

    [Fact]
    public void WhereTheOrderCountsItIsKept() => Assert.Equal(
        ["file /a", "file /a", "file /a/b, file /c/d", "file /c"],
        Batches(("file", "/a"), ("file", "/a"), ("file", "/a/b"), ("file", "/c/d"), ("file", "/c")));

    [Fact]
    public void WhatIsMissingGoesByItself() => Assert.Equal(["file /a", "absent /b"], Batches(("file", "/a"), ("absent", "/b")));

    public void Dispose() => _host.Delete(recursive: true);

    private IEnumerable<string> Batches(params (string Host, string Guest)[] inputs) =>
        PushBatches.Of([.. inputs.Select(input => new SandboxCopy(Host(input.Host), input.Guest))])
            .Select(batch => string.Join(", ", batch.Select(copy => $"{Path.GetFileName(copy.HostPath)} {copy.GuestPath}")));

    private string Host(string name) => Path.Combine(_host.FullName, name);
}
