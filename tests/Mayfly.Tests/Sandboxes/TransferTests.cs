using System.Security.Cryptography;

namespace Mayfly.Tests.Sandboxes;

[Trait("Category", "MicroVM")]
public abstract class TransferTests(SharedSandbox shared) : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly string _guest = $"/tmp/{Guid.NewGuid():N}";

    private Sandbox Sandbox => shared.Sandbox;

    public void Dispose()
    {
        _host.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task ATreeGoesInAndComesBackWithModesLinksAndOddNames()
    {
        var source = MakeTree();

        var pushed = await Sandbox.PushAsync(source, _guest);
        var listing = await Sandbox.ShellAsync($"cd {_guest} && ./tool && readlink link && cat 'sub/a file – ü'", Patience.Long);
        var pulled = await Sandbox.PullAsync(_guest, HostPath("back"));

        Assert.Equal("ran\ntool\ncontent", listing.EnsureSuccess().StandardOutput);
        Assert.Equal(pushed with { Skipped = 0 }, pulled);
        Assert.Equal("content", await File.ReadAllTextAsync(HostPath("back/sub/a file – ü")));
        Assert.Equal("tool", new FileInfo(HostPath("back/link")).LinkTarget);
        Assert.True(Directory.Exists(HostPath("back/empty")));
        Assert.True(File.GetUnixFileMode(HostPath("back/tool")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(HostPath("back/sub/a file – ü")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task AFileLandsUnderTheGivenNameOrInTheGivenDirectory()
    {
        await File.WriteAllTextAsync(HostPath("one"), "1");
        Directory.CreateDirectory(HostPath("there"));

        await Sandbox.PushAsync(HostPath("one"), $"{_guest}/renamed");
        await Sandbox.PushAsync(HostPath("one"), $"{_guest}/into/");
        await Sandbox.PushAsync(HostPath("one"), _guest);
        await Sandbox.PullAsync($"{_guest}/renamed", HostPath("there"));
        await Sandbox.PullAsync($"{_guest}/renamed", HostPath("new/deep/two"));

        var found = await Sandbox.ShellAsync($"cd {_guest} && find . -type f | sort", Patience.Long);
        Assert.Equal("./into/one\n./one\n./renamed\n", found.StandardOutput);
        Assert.Equal("1", await File.ReadAllTextAsync(HostPath("there/renamed")));
        Assert.Equal("1", await File.ReadAllTextAsync(HostPath("new/deep/two")));
    }

    [Fact]
    public async Task TheFilesOfAJobGoTogetherAndLandWhereTheyWouldByThemselves()
    {
        await File.WriteAllTextAsync(HostPath("one"), "1");
        await File.WriteAllTextAsync(HostPath("two"), "2");
        File.SetUnixFileMode(HostPath("two"), (UnixFileMode)0x1ed);
        var job = new SandboxJob
        {
            Command = ["sh", "-c", $"cd {_guest} && find . -type f | sort && ls -l deep/two | cut -c 1-10 && cat deep/two && stat -c %a /tmp"],
            Exec = Patience.Long,
            Inputs =
            [
                new SandboxCopy(HostPath("one"), $"{_guest}/renamed"),
                new SandboxCopy(HostPath("two"), $"{_guest}/deep/two"),
                // A directory by the time it is its turn: only a push of its own knows that.
                new SandboxCopy(HostPath("one"), $"{_guest}/deep"),
            ],
        };

        var result = await job.RunInAsync(Sandbox);

        Assert.Equal("./deep/one\n./deep/two\n./renamed\n-rwxr-xr-x\n21777\n", result.Exec.EnsureSuccess().StandardOutput);
    }

    [Fact]
    public async Task AJobsFileIntoADirectoryThatIsThereIsPutIntoIt()
    {
        await File.WriteAllTextAsync(HostPath("one"), "1");
        var job = new SandboxJob
        {
            Command = ["sh", "-c", $"ls {_guest}/there && cat {_guest}/other"],
            Exec = Patience.Long,
            Inputs = [new SandboxCopy(HostPath("one"), $"{_guest}/there"), new SandboxCopy(HostPath("one"), $"{_guest}/other")],
        };
        (await Sandbox.ShellAsync($"mkdir -p {_guest}/there", Patience.Long)).EnsureSuccess();

        var result = await job.RunInAsync(Sandbox);

        Assert.Equal("one\n1", result.Exec.EnsureSuccess().StandardOutput);
    }

    [Fact]
    public async Task ALargeFileIsUnchangedAndToldAboutOnTheWay()
    {
        var bytes = RandomNumberGenerator.GetBytes(48 * 1024 * 1024);
        await File.WriteAllBytesAsync(HostPath("large"), bytes);
        long told = 0;
        var options = new TransferOptions { Progress = new Told(size => Interlocked.Exchange(ref told, size.Bytes)) };

        await Sandbox.PushAsync(HostPath("large"), $"{_guest}/large", options);
        var sum = await Sandbox.ExecAsync(["sha256sum", $"{_guest}/large"], Patience.Long);
        await Sandbox.PullAsync($"{_guest}/large", HostPath("again"));
        await Sandbox.ExecAsync(["rm", "-r", _guest], Patience.Long);

        var expected = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.StartsWith(expected, sum.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(HostPath("again")))));
        Assert.Equal(bytes.Length, Interlocked.Read(ref told));
    }

    [Fact]
    public async Task WhatIsMissingIsNamed()
    {
        var push = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.PushAsync(HostPath("absent"), _guest));
        var pull = await Assert.ThrowsAsync<SandboxTransferException>(() => Sandbox.PullAsync("/absent", HostPath("x")));

        Assert.Equal("MAY1009", push.Code);
        Assert.Contains("absent", push.Message, StringComparison.Ordinal);
        Assert.Equal("MAY3012", pull.Code);
        Assert.Contains("/absent", pull.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(HostPath("x")));
    }

    [Fact]
    public async Task AFullGuestDiskIsAClearErrorAndTheSandboxGoesOn()
    {
        await Sandbox.ShellAsync($"mkdir {_guest} && mount -t tmpfs -o size=1m tmpfs {_guest}", Patience.Long);
        await File.WriteAllBytesAsync(HostPath("large"), new byte[4 * 1024 * 1024]);

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => Sandbox.PushAsync(HostPath("large"), $"{_guest}/large"));

        Assert.Equal("MAY3011", exception.Code);
        Assert.Contains("large", exception.Message, StringComparison.Ordinal);
        var left = await Sandbox.ShellAsync($"ls {_guest}; umount {_guest}", Patience.Long);
        Assert.Equal("", left.EnsureSuccess().StandardOutput);
    }

    [Theory]
    [InlineData("ln -s /etc/passwd evil")]
    [InlineData("ln -s ../../../../etc/passwd evil")]
    [InlineData("mknod evil c 1 3")]
    [InlineData("mkfifo evil")]
    public async Task NothingUnsafeComesOut(string command)
    {
        await Sandbox.ShellAsync($"mkdir {_guest} && cd {_guest} && echo fine > a && {command}", Patience.Long);

        try
        {
            await Sandbox.PullAsync(_guest, HostPath("out"));
        }
        catch (SandboxTransferException exception)
        {
            Assert.Equal("MAY3013", exception.Code);
            Assert.Contains("evil", exception.Message, StringComparison.Ordinal);
        }

        Assert.False(Path.Exists(HostPath("out/evil")));
        Assert.Null(new FileInfo(HostPath("out/evil")).LinkTarget);
    }

    [Fact]
    public async Task SetIdBitsAreDropped()
    {
        await Sandbox.ShellAsync($"mkdir {_guest} && cd {_guest} && cp /bin/busybox tool && chmod 6755 tool", Patience.Long);

        await Sandbox.PullAsync($"{_guest}/tool", HostPath("tool"));

        var mode = File.GetUnixFileMode(HostPath("tool"));
        Assert.Equal(UnixFileMode.None, mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit));
        Assert.True(mode.HasFlag(UnixFileMode.UserExecute));
    }

    private string HostPath(string name) => Path.Combine(_host.FullName, name);

    private string MakeTree()
    {
        var source = Directory.CreateDirectory(HostPath("tree")).FullName;
        Directory.CreateDirectory(Path.Combine(source, "empty"));
        Directory.CreateDirectory(Path.Combine(source, "sub"));
        File.WriteAllText(Path.Combine(source, "sub", "a file – ü"), "content");
        var tool = Path.Combine(source, "tool");
        File.WriteAllText(tool, "#!/bin/sh\necho ran\n");
        File.SetUnixFileMode(tool, (UnixFileMode)Convert.ToInt32("755", 8));
        File.CreateSymbolicLink(Path.Combine(source, "link"), "tool");
        return source;
    }

    private sealed class Told(Action<ByteSize> tell) : IProgress<ByteSize>
    {
        public void Report(ByteSize value) => tell(value);
    }
}
