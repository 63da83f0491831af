using System.Formats.Tar;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Layers;

/// <summary>Layers as the guest sees them.</summary>
[Trait("Category", "MicroVM")]
public sealed class LayerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AMachineHasItsLayersWhereItWantsThem()
    {
        var library = Folder("library", ("greeting", "hello"), ("sub/one", "1"), ("same", "upper"));
        File.SetUnixFileMode(Path.Combine(library, "greeting"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(library, "link"), "sub/one");
        var userland = Folder("userland", ("etc/own", "own"), ("usr/bin/tool", "#!/bin/sh\necho tool\n"), ("usr/lib/probe", "probe"), ("var/run/lost", "lost"), ("var/lib/kept", "kept"), ("home/sandbox/own", "own"), ("secret/x", "x"), ("file", "top"));
        File.CreateSymbolicLink(Path.Combine(userland, "lib"), "usr/lib");
        File.CreateSymbolicLink(Path.Combine(userland, "lib32"), "usr/lib");
        File.SetUnixFileMode(Path.Combine(userland, "usr"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Path.Combine(userland, "secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions
        {
            Layers =
            [
                SandboxLayer.FromFolder(library, "/usr/local/library"),
                SandboxLayer.FromFolder(library, "/opt/joined"),
                SandboxLayer.FromTar(Archive(), "/opt/joined") with { Writable = ByteSize.MiB(4) },
                SandboxLayer.FromTool("perl"),
                SandboxLayer.FromFolder(Folder("slot", ("content", "of the slot")), "/opt/slot, with a comma") with { Slot = ByteSize.MiB(1) },
                SandboxLayer.FromFolder(userland, "/"),
                SandboxLayer.FromFolder(Folder("lower", ("file", "lower"), ("secret", "lower"), ("etc/lower", "lower"), ("below", "below")), "/"),
            ],
        });

        // Read-only, root's, with modes and links.
        Assert.Equal("hello1", await ShellAsync(sandbox, "cd /usr/local/library; cat greeting link"));
        Assert.Equal("0 0 500\n", await ShellAsync(sandbox, "stat -c '%u %g %a' /usr/local/library/greeting"));
        Assert.Contains("Read-only file system", (await sandbox.ShellAsync("echo x > /usr/local/library/x", Patience.Long)).StandardError, StringComparison.Ordinal);

        // Joined, the first above; what is written stays within its limit, and the machine lives on.
        Assert.Equal("upper archived", await ShellAsync(sandbox, "cd /opt/joined; cat same; cat archived"));
        await ShellAsync(sandbox, "cd /opt/joined; echo new > same; rm sub/one; grep -q new same; test ! -e sub/one");
        var full = await sandbox.ShellAsync("dd if=/dev/zero of=/opt/joined/big bs=1M count=16", Patience.Long);
        Assert.Contains("No space left on device", full.StandardError, StringComparison.Ordinal);
        Assert.Equal("hello", await ShellAsync(sandbox, "rm /opt/joined/big; cat /opt/joined/greeting"));

        // A slot has the size it was given, whatever is in it.
        Assert.Equal("of the slot", await ShellAsync(sandbox, "cat '/opt/slot, with a comma/content'"));
        Assert.Equal("2048\n", await ShellAsync(sandbox, "cat /sys/block/$(grep -l layer4 /sys/block/vd*/serial | cut -d/ -f4)/size"));

        // At the root: the host's program beside the guest's own, whose links and files stay, and can be written.
        Assert.Equal("42", await ShellAsync(sandbox, "perl -e 'print 6*7'"));
        Assert.Equal("42", await ShellAsync(sandbox, "/usr/bin/env perl -e 'print 6*7'"));
        Assert.Equal("tool\n", await ShellAsync(sandbox, "chmod 755 /usr/bin/tool && tool"));
        Assert.Equal("../bin\nowntop", await ShellAsync(sandbox, "readlink /usr/bin; cat /etc/own /file; grep -q root /etc/passwd; echo x > /etc/passwd"));
        Assert.Equal("probeprobe", await ShellAsync(sandbox, "cat /lib/probe /lib32/probe; test -d /lib/modules"));

        // A folder that the guest has stays as it is, one that it has not is the layer's, and /run is the guest's own.
        Assert.Equal("755 0\n1777 0\n755 1000\n700 0\n", await ShellAsync(sandbox, "stat -c '%a %u' /usr /var/tmp /home/sandbox /secret; cat /home/sandbox/own > /dev/null"));
        Assert.Equal("/run\nkept", await ShellAsync(sandbox, "readlink /var/run; cat /var/lib/kept; test ! -e /run/lost; test -d /run/mayfly/layers"));

        // Of two layers there, the first hides the later.
        Assert.Equal("toplowerbelowx", await ShellAsync(sandbox, "cat /file /etc/lower /below /secret/x"));
        Assert.Empty(sandbox.Guest.Warnings);
    }

    [Fact]
    public async Task AMachineThatCantMountALayerDoesNotStart()
    {
        var layers = new[] { SandboxLayer.FromFolder(Folder("any", ("x", "x")), "/etc/passwd") };

        var exception = await Assert.ThrowsAsync<SandboxBootException>(() => Sandbox.StartAsync(new SandboxOptions { Layers = layers }));

        Assert.Equal("MAY5006", exception.Code);
        Assert.Contains("the layer at /etc/passwd (disks layer0) can't be mounted", exception.Message, StringComparison.Ordinal);
    }

    private string Folder(string name, params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(_folder[name], path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        return _folder[name];
    }

    private string Archive()
    {
        using var archive = new TarWriter(File.Create(_folder["archive.tar"]));
        foreach (var (name, content) in new[] { ("./archived", " archived"), ("same", "lower") })
        {
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
        }

        return _folder["archive.tar"];
    }

    private static async Task<string> ShellAsync(Sandbox sandbox, string script)
    {
        var result = await sandbox.ShellAsync(script, Patience.Long);
        result.EnsureSuccess();
        return result.StandardOutput;
    }
}
