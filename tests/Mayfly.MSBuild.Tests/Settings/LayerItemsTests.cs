using Mayfly.MSBuild.Settings;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class LayerItemsTests : IDisposable
{
    private readonly TempDirectory _project = new();

    [Fact]
    public void AFolderOfTheProjectIsWhereItIsInTheProject()
    {
        _project.Write("tools/gen/a.txt", "");

        var layer = Read("tools/gen/");

        Assert.Equal((SandboxLayerSource.Folder, _project["tools/gen"], "/work/tools/gen", 0L), (layer.Source, layer.Path, layer.GuestPath, layer.Writable.Bytes));
    }

    [Fact]
    public void WhatLiesElsewhereNamesItsPlace()
    {
        using var elsewhere = new TempDirectory();

        Assert.Equal("MAY1102", Assert.Throws<SandboxConfigurationException>(() => Read(elsewhere.Path)).Code);
        var layer = Read(elsewhere.Path, ("GuestPath", "/opt/x"), ("Writable", "64M"));
        Assert.Equal(("/opt/x", 64L << 20), (layer.GuestPath, layer.Writable.Bytes));
    }

    [Theory]
    [InlineData("rootfs.tar", null, SandboxLayerSource.Tar, "/work/rootfs.tar")]
    [InlineData("rootfs.TGZ", null, SandboxLayerSource.Tar, "/work/rootfs.TGZ")]
    [InlineData("rootfs.bin", "Tar", SandboxLayerSource.Tar, "/work/rootfs.bin")]
    [InlineData("bin/app.dll", "dotnet", SandboxLayerSource.Dotnet, "/")]
    public void TheKindIsToldByTheNameOrByItself(string include, string? kind, SandboxLayerSource source, string guestPath)
    {
        var layer = Read(include, ("Kind", kind ?? ""));

        Assert.Equal((source, _project[include], guestPath), (layer.Source, layer.Path, layer.GuestPath));
    }

    [Fact]
    public void AToolIsFoundInThePathUnlessItIsOne()
    {
        Assert.Equal(("jq", "/"), (Read("jq", ("Kind", "Tool")).Path, Read("jq", ("Kind", "Tool")).GuestPath));
        Assert.Equal(_project["tools/jq"], Read("tools/jq", ("Kind", "Tool")).Path);
    }

    [Theory]
    [InlineData("absent", "", "")]
    [InlineData("x.tar", "Zip", "")]
    [InlineData("x.tar", "", "much")]
    public void WhatMakesNoSenseIsAnError(string include, string kind, string writable) =>
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => Read(include, ("Kind", kind), ("Writable", writable))).Code);

    public void Dispose() => _project.Dispose();

    private SandboxLayer Read(string include, params (string Name, string Value)[] metadata) =>
        LayerItems.Read(new TaskItem(include, metadata.ToDictionary(pair => pair.Name, pair => pair.Value)), new GuestLayout(_project.Path, []));
}
