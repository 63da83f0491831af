using System.Diagnostics;
using System.Net.Sockets;
using Mayfly.Layers;
using Mayfly.Native;

namespace Mayfly.Tests.Layers;

/// <summary>Folders with what nobody expects in a folder.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private readonly LayerFolder _folder = new LayerFolder().With("file", "content");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LinksAreNeverFollowedAndSocketsAndPipesAreLeftOut()
    {
        File.CreateSymbolicLink(_folder["outside"], "/etc/passwd");
        File.CreateSymbolicLink(_folder["around"], ".");
        File.CreateSymbolicLink(_folder["nowhere"], "../../absent");
        Run("mkfifo", _folder["pipe"]);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));

        var entries = FolderList.Read(_folder.Path);

        Assert.Equal(["", "around", "file", "nowhere", "outside"], entries.Select(entry => entry.Path));
        Assert.Equal(["", ".", "", "../../absent", "/etc/passwd"], entries.Select(entry => entry.Target));
    }

    [Fact]
    public async Task NamesOfAllKindsAndLinksOfBothKindsAreKept()
    {
        _folder.With("new\nline", "1").With("back\\slash", "2").With("-T0", "3").With("z first", "4").With("ü", "5");
        Directory.CreateDirectory(_folder["folder"]);
        FileCalls.MakeOtherName(_folder["z first"], _folder["folder/second"]);
        File.SetUnixFileMode(_folder["file"], UnixFileMode.None);
        File.SetUnixFileMode(_folder["ü"], UnixFileMode.SetUser | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);

        var image = await _folder.MakeAsync();

        var copy = _folder.Beside("extracted");
        Run("fsck.erofs", $"--extract={copy}", image.Path);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(copy, "new\nline")));
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(copy, "back\\slash")));
        Assert.Equal("3", await File.ReadAllTextAsync(Path.Combine(copy, "-T0")));
        Assert.Equal("4", await File.ReadAllTextAsync(Path.Combine(copy, "folder/second")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(copy, "file")) & (UnixFileMode)0xfff);
        Assert.Equal(
            LayerEntryKind.OtherName,
            FolderList.Read(_folder.Path).Single(entry => entry.Path == "folder/second").Kind);
    }

    [Fact]
    public async Task ANameThatIsNoTextIsRefused()
    {
        Run("sh", "-c", "touch \"$1/$(printf 'a\\377b')\"", "sh", _folder.Path);
        try
        {
            await ExpectRefusalAsync("is not UTF-8");
        }
        finally
        {
            // .NET can't name it, and so not remove it.
            Run("rm", "-r", _folder.Path);
        }
    }

    [Fact]
    public async Task ASparseFileThatClaimsMoreThanALayerMayHaveIsRefusedWithoutBeingRead()
    {
        using (var file = File.OpenWrite(_folder["huge"]))
        {
            file.SetLength(LayerTree.MostBytes.Bytes);
        }

        await ExpectRefusalAsync("more than 16 GiB");
    }

    [Fact]
    public async Task ADeviceIsRefused()
    {
        // A folder of the host's that has some; only root can make one.
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.DigestAsync(SandboxLayer.FromFolder("/dev", "/x")));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains("is a device", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoFolderIsRefused()
    {
        foreach (var (path, why) in ((string, string)[])[(_folder["file"], "it is not a folder"), (_folder["absent"], "there is no such folder")])
        {
            var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.DigestAsync(SandboxLayer.FromFolder(path, "/x")));

            Assert.Equal("MAY1018", exception.Code);
            Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        }
    }

    private async Task ExpectRefusalAsync(string why)
    {
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.MakeAsync());

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Cache.Path, LayerStore.Kind)));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
