using System.Runtime.InteropServices;
using Mayfly.Layers;
using Mayfly.Layers.Dotnet;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class DotnetListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheRuntimeOfThisProcessComesWithAllThatItOpens()
    {
        var entries = Read("");

        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory())[1..];
        Assert.Equal(LayerEntryKind.File, entries[$"{runtime}/System.Private.CoreLib.dll"].Kind);
        Assert.Equal(LayerEntryKind.File, entries[$"{runtime}/libcoreclr.so"].Kind);
        Assert.Equal(LayerEntryKind.Link, entries["usr/bin/dotnet"].Kind);
        Assert.Equal(LayerEntryKind.File, entries[entries["usr/bin/dotnet"].Target[1..]].Kind);
        Assert.Single(entries.Keys, path => path.EndsWith("/libhostfxr.so", StringComparison.Ordinal));
        foreach (var library in (string[])["libc.so.6", "libstdc++.so.6", "libssl.so.3", "libcrypto.so.3"])
        {
            Assert.Single(entries.Keys, path => path.EndsWith($"/{library}", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(entries.Keys, path => path.Contains("/sdk", StringComparison.Ordinal) || path.Contains("/packs", StringComparison.Ordinal));
        Assert.Contains("lib64/ld-linux-x86-64.so.2", entries.Keys);
        Assert.Contains("usr/share/zoneinfo/Europe/Berlin", entries.Keys);
        Assert.DoesNotContain(entries.Keys, path => path.StartsWith("usr/share/zoneinfo/right", StringComparison.Ordinal) || path.StartsWith("usr/share/zoneinfo/posix/", StringComparison.Ordinal));
    }

    [Fact]
    public void NoFileOrOtherNameStandsInTheWayOfAnother()
    {
        var entries = Read("");

        Assert.All(entries.Values.Where(entry => entry.Path.Length > 0), entry => Assert.Equal(LayerEntryKind.Folder, entries[Path.GetDirectoryName(entry.Path)!].Kind));
        Assert.All(entries.Values.Where(entry => entry.Kind == LayerEntryKind.OtherName), entry => Assert.Equal(LayerEntryKind.File, entries[entry.Target].Kind));
    }

    [Fact]
    public void WhatAnApplicationsNativeLibrariesNeedComesAlongAndTheyThemselvesDoNot()
    {
        Directory.CreateDirectory(_folder["runtimes/linux-x64/native"]);
        File.WriteAllBytes(_folder["runtimes/linux-x64/native/libown.so"], SyntheticProgram.Make(null, "libother.so.1", "libanl.so.1"));
        File.WriteAllBytes(_folder["libother.so.1"], SyntheticProgram.Make(null, "libabsent.so.9", "libutil.so.1"));
        File.WriteAllText(_folder["libtext.so"], "INPUT(-lx)");

        var added = Read(Application("Microsoft.NETCore.App", "10.0.0")).Keys.Except(Read("").Keys).Select(Path.GetFileName);

        Assert.Contains("libanl.so.1", added);
        Assert.Contains("libutil.so.1", added);
        Assert.DoesNotContain("libown.so", added);
        Assert.DoesNotContain("libother.so.1", added);
    }

    [Fact]
    public void ElsewhereThanAtTheRootTheNameInPathLeadsToTheProgramBesideIt()
    {
        var entries = DotnetList.Read("", "/host").ToDictionary(entry => entry.Path);

        var target = entries["usr/bin/dotnet"].Target;
        Assert.False(Path.IsPathRooted(target));
        Assert.Contains(Path.GetFullPath(target, "/usr/bin")[1..], entries.Keys);
    }

    [Fact]
    public void AFrameworkThatIsNotInstalledIsRefusedWithTheRemedy()
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => Read(Application("Microsoft.NETCore.App", "99.0.0")));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains($"the .NET of {_folder["app.dll"]}: it needs Microsoft.NETCore.App 99.0.0 (rollForward Minor), and only ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("install the runtime it needs", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tmp/dotnet", "/", true)]
    [InlineData("/tmp/dotnet", "/opt/host", false)]
    [InlineData("/tmpfs/dotnet", "/", false)]
    public void ADotnetThatAGuestsOwnFolderWouldHideIsRefused(string root, string guestPath, bool isRefused) =>
        Assert.Equal(isRefused, Record.Exception(() => DotnetList.RequireVisible(root, guestPath)) is InvalidDataException);

    private static Dictionary<string, HostEntry> Read(string application) => DotnetList.Read(application, "/").ToDictionary(entry => entry.Path);

    private string Application(string framework, string version)
    {
        File.WriteAllText(_folder["app.runtimeconfig.json"], $$"""{ "runtimeOptions": { "framework": { "name": "{{framework}}", "version": "{{version}}" } } }""");
        return _folder["app.dll"];
    }
}
