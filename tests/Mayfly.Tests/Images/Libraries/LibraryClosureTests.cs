using Mayfly.Images;
using Mayfly.Images.Libraries;

namespace Mayfly.Tests.Images.Libraries;

public sealed class LibraryClosureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LibraryFolder _libraries = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LibrariesOfLibrariesAndTheLoaderComeAlongOnce()
    {
        Add("ld.so.2");
        Add("libc.so.6", "ld.so.2");
        Add("liba.so.1", "libb.so.1", "libc.so.6");
        Add("libb.so.1", "liba.so.1");
        Add("libunused.so.1");
        var program = Write("program", SyntheticProgram.Make("/lib64/ld.so.2", "liba.so.1"));

        var closure = LibraryClosure.Find([program], _libraries, GuestArchitecture.X64);

        Assert.Equal(["/lib64/ld.so.2"], closure.Interpreters);
        Assert.Equal(["ld.so.2", "liba.so.1", "libb.so.1", "libc.so.6"], closure.Libraries.Keys);
    }

    [Fact]
    public void WhatIsMissingIsNamedWithWhoeverNeedsIt()
    {
        Add("liba.so.1", "libmissing.so.1");
        var program = Write("program", SyntheticProgram.Make(null, "liba.so.1"));

        var exception = Assert.Throws<SandboxImageException>(() => LibraryClosure.Find([program], _libraries, GuestArchitecture.X64));

        Assert.Equal("MAY5003", exception.Code);
        Assert.Contains("liba.so.1 needs libmissing.so.1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfWhatIsOptionalOnlyThatComesAlongWhichIsThere()
    {
        Add("liba.so.1", "libb.so.1");
        Add("libb.so.1", "libmissing.so.1");
        var optional = Write("optional", SyntheticProgram.Make(null, "libmissing.so.2", "liba.so.1"));
        var script = Write("script", "#!/bin/sh"u8.ToArray());

        var closure = LibraryClosure.Find([], _libraries, GuestArchitecture.X64, optional, script);

        Assert.Equal(["liba.so.1", "libb.so.1"], closure.Libraries.Keys);
    }

    [Fact]
    public void WhatAProgramNeedsIsNotMadeOptionalByAnother()
    {
        Add("liba.so.1", "libmissing.so.1");
        var program = Write("program", SyntheticProgram.Make(null, "liba.so.1"));

        Assert.Throws<SandboxImageException>(() => LibraryClosure.Find([program], _libraries, GuestArchitecture.X64, Write("optional", SyntheticProgram.Make(null, "liba.so.1"))));
    }

    [Fact]
    public void AFoldersFilesComeAfterThoseThatWereOfferedAndBeforeTheOthers()
    {
        var others = new LibraryFolder();
        others.AddFile("libc.so.6", "/others/libc.so.6");
        others.AddFile("liba.so.1", "/others/liba.so.1");
        var libraries = new LibraryFolder(others);
        libraries.AddFolder(_folder.Path);
        libraries.AddFile("libb.so.1", "/offered");
        Write("liba.so.1", []);
        Write("libb.so.1", []);

        Assert.Equal(_folder["liba.so.1"], libraries.Find("liba.so.1"));
        Assert.Equal("/offered", libraries.Find("libb.so.1"));
        Assert.Equal("/others/libc.so.6", libraries.Find("libc.so.6"));
        Assert.Null(libraries.Find("../liba.so.1"));
    }

    [Fact]
    public void AProgramThatIsNoneIsNamed()
    {
        var script = Write("script", "#!/bin/sh"u8.ToArray());

        var exception = Assert.Throws<SandboxImageException>(() => LibraryClosure.Find([script], _libraries, GuestArchitecture.X64));

        Assert.Contains("script needs", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksAreFollowedAndCirclesEnd()
    {
        _libraries.AddFile("libz.so.1.3", "/z");
        _libraries.AddLink("libz.so.1", "libz.so.1.3");
        _libraries.AddLink("libz.so", "libz.so.1");
        _libraries.AddLink("a", "b");
        _libraries.AddLink("b", "a");

        Assert.Equal("/z", _libraries.Find("libz.so"));
        Assert.Null(_libraries.Find("a"));
        Assert.Null(_libraries.Find("c"));
    }

    private void Add(string name, params string[] needed) => _libraries.AddFile(name, Write(name, SyntheticProgram.Make(null, needed)));

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder[name], content);
        return _folder[name];
    }
}
