using Mayfly.Layers;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers;

public sealed class ToolListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AProgramComesWithItsLoaderAndItsLibraries()
    {
        var entries = ToolList.Read("perl", "/").ToDictionary(entry => entry.Path);

        Assert.Equal(LayerEntryKind.File, entries["usr/bin/perl"].Kind);
        Assert.Equal(LayerEntryKind.File, entries["lib64/ld-linux-x86-64.so.2"].Kind);
        Assert.Contains(entries.Keys, path => path.EndsWith("/libc.so.6", StringComparison.Ordinal));
        Assert.Equal(LayerEntryKind.Folder, entries[""].Kind);
        Assert.All(entries.Values.Where(entry => entry.Kind == LayerEntryKind.File), entry => Assert.True(File.Exists(entry.HostPath)));
    }

    [Fact]
    public void ANameThatIsALinkToAProgramStaysOne()
    {
        var awk = ToolList.Read("awk", "/").Single(entry => entry.Path.EndsWith("/awk", StringComparison.Ordinal));

        Assert.Equal(LayerEntryKind.Link, awk.Kind);
        Assert.Contains(ToolList.Read("awk", "/"), entry => entry.Kind == LayerEntryKind.File && $"/{entry.Path}" == awk.Target);
    }

    [Fact]
    public void ElsewhereThanAtTheRootALinkLeadsToTheProgramBesideIt()
    {
        var entries = ToolList.Read("awk", "/tools");
        var awk = entries.Single(entry => entry.Path.EndsWith("/awk", StringComparison.Ordinal));

        var path = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(awk.Path)!, awk.Target));
        Assert.False(Path.IsPathRooted(awk.Target));
        Assert.Contains(entries, entry => entry.Kind == LayerEntryKind.File && $"/{entry.Path}" == path);
    }

    [Fact]
    public void WhatIsNoProgramIsRefused()
    {
        File.WriteAllText(_folder["script"], "#!/bin/sh\n");

        var exception = Assert.Throws<SandboxConfigurationException>(() => ToolList.Read(_folder["script"], "/"));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains("only an ELF program", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibraryThatIsNotThereIsNamed()
    {
        File.WriteAllBytes(_folder["program"], SyntheticProgram.Make("/lib64/ld-linux-x86-64.so.2", "libabsent.so.9"));

        var exception = Assert.Throws<SandboxConfigurationException>(() => ToolList.Read(_folder["program"], "/"));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains("libabsent.so.9", exception.Message, StringComparison.Ordinal);
    }
}
