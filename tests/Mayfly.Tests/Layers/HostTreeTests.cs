using Mayfly.Layers;
using Mayfly.Native;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers;

public sealed class HostTreeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HostTree _tree = new("/");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFolderKeepsItsPathAndTheNameThatLeadsToIt()
    {
        Directory.CreateDirectory(_folder["real/sub"]);
        File.WriteAllText(_folder["real/sub/a"], "a");
        FileCalls.MakeOtherName(_folder["real/sub/a"], _folder["real/sub/b"]);
        File.CreateSymbolicLink(_folder["name"], "real");

        var files = _tree.AddFolder(_folder["name"]);

        Assert.Equal([_folder["real/sub/a"], _folder["real/sub/b"]], files);
        Assert.Equal((LayerEntryKind.Link, _folder["real"]), (Entry("name").Kind, Entry("name").Target));
        Assert.Equal(LayerEntryKind.File, Entry("real/sub/a").Kind);
        Assert.Equal((LayerEntryKind.OtherName, Entry("real/sub/a").Path), (Entry("real/sub/b").Kind, Entry("real/sub/b").Target));
    }

    [Fact]
    public void WhatIsLeftOutIsSoAtTheTopOnly()
    {
        Directory.CreateDirectory(_folder["right/sub"]);
        Directory.CreateDirectory(_folder["sub/right"]);

        _ = _tree.AddFolder(_folder.Path, "right");

        Assert.Equal(["sub", "sub/right"], Names());
    }

    [Fact]
    public void AFileBehindLinksIsWhereItReallyIsWithTheNameItWasAskedForBy()
    {
        Directory.CreateDirectory(_folder["real"]);
        File.WriteAllText(_folder["real/a"], "a");
        File.CreateSymbolicLink(_folder["folder"], "real");
        File.CreateSymbolicLink(_folder["real/b"], "a");

        Assert.Equal(_folder["real/a"], _tree.AddFile(_folder["folder/b"]));

        Assert.Equal(["real", "real/a", "real/b"], Names());
        Assert.Equal(_folder["real/a"], Entry("real/b").Target);
    }

    private HostEntry Entry(string name) => _tree.Entries.Single(entry => $"/{entry.Path}" == _folder[name]);

    private IEnumerable<string> Names() => _tree.Entries.Where(entry => $"/{entry.Path}".StartsWith($"{_folder.Path}/", StringComparison.Ordinal)).Select(entry => entry.Path[_folder.Path.Length..]);
}
