using System.IO.Compression;
using System.Text;
using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Libraries;
using Mayfly.Images.Packages;
using Mayfly.Supervision;
using Mayfly.Tests.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>
/// Somebody else's image: busybox's init, Debian's OpenSSH server with host keys of the image's own, and an account
/// <c>alice</c>. It knows nothing of Mayfly, but expects QEMU's user network. Made once and kept in the user's cache.
/// </summary>
internal static class ForeignImage
{
    /// <summary>What its console says when its server listens.</summary>
    public const string ListeningText = "Server listening on 0.0.0.0 port 22";

    private const string Recipe = "1";
    private const string Kind = "foreign-test-images";
    private const string Sshd = "/usr/sbin/sshd";
    private const string SftpServer = "/usr/lib/openssh/sftp-server";

    // In the order in which they depend on each other.
    private static readonly string[] _modules = ["virtio_ring", "virtio", "virtio_mmio", "failover", "net_failover", "virtio_net"];
    private static readonly string[] _applets = ["sh", "init", "mount", "mkdir", "insmod", "ifconfig", "cat", "id", "ls", "head", "chmod", "rm", "hostname", "poweroff", "ps", "kill", "sleep", "stat"];

    /// <summary>The path of its initramfs, a compressed archive.</summary>
    public static Task<string> GetAsync() => GetAsync(rootOwner: 0);

    /// <summary>The same where root's home directory belongs to somebody else, which sshd's StrictModes refuses.</summary>
    public static Task<string> GetWithStrangeHomeAsync() => GetAsync(rootOwner: 1234);

    private static async Task<string> GetAsync(uint rootOwner)
    {
        var image = await new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System).GetAsync(null, null, default);
        var shared = CacheDirectory.Open();
        var key = new CacheKey(Kind, new Dictionary<string, string> { ["recipe"] = Recipe, ["image"] = image.Digest, ["root"] = $"{rootOwner}" });
        using var right = await CacheLock.AcquireAsync(shared, () => { }, default);
        var (cache, keeper) = shared.OpenWorkspace();
        await using (keeper)
        {
            var entries = new CacheEntries(cache, NullLogger.Instance);
            var entry = (await entries.FindAsync(Kind, key.Value, null, default)).Entry
                ?? await entries.MakeAsync(
                    key,
                    async folder =>
                    {
                        await WriteAsync(Path.Combine(folder, "foreign.cpio.gz"), image, cache.CreateTemporary(), rootOwner);
                        return new Dictionary<string, string>();
                    },
                    default);
            return entry["foreign.cpio.gz"];
        }
    }

    private static async Task WriteAsync(string target, GuestImage image, string scratch, uint rootOwner)
    {
        var files = await UnpackAsync(scratch);
        var programs = new[] { Sshd, SftpServer }.ToDictionary(path => path, path => files.FindProgram(path)!);
        var closure = LibraryClosure.Find(programs.Values, files.Libraries, GuestArchitecture.X64);
        await using var output = new GZipStream(File.Create(target), CompressionLevel.Fastest);
        var archive = new CpioArchive(output);
        foreach (var path in new[] { "/", "/bin", "/dev", "/etc", "/etc/ssh", "/home", "/lib", "/lib64", "/proc", "/sys", "/run", "/tmp", "/usr", "/usr/sbin", "/usr/lib", "/usr/lib/openssh" })
        {
            await archive.AddDirectoryAsync(path, new CpioOwner(0x1ed), default);
        }

        await archive.AddDirectoryAsync("/root", new CpioOwner(0x1c0, rootOwner, rootOwner), default);
        await archive.AddDirectoryAsync("/home/alice", new CpioOwner(0x1ed, 1001, 1001), default);
        await archive.AddDeviceAsync("/dev/console", isBlock: false, 5, 1, new CpioOwner(0x180), default);
        var busybox = CpioReader.Read(await File.ReadAllBytesAsync(image.InitramfsPath)).Single(entry => entry.Name == "bin/busybox").Content;
        await archive.AddFileAsync("/bin/busybox", busybox, new CpioOwner(0x1ed), default);
        await archive.AddSymlinkAsync("/init", "/bin/busybox", default);
        foreach (var applet in _applets)
        {
            await archive.AddSymlinkAsync($"/bin/{applet}", "busybox", default);
        }

        foreach (var (path, source) in programs)
        {
            await archive.AddFileAsync(path, source, new CpioOwner(0x1ed), default);
        }

        foreach (var (name, source) in closure.Libraries)
        {
            await archive.AddFileAsync($"/lib/{name}", source, new CpioOwner(0x1ed), default);
        }

        foreach (var path in closure.Interpreters)
        {
            await archive.AddSymlinkAsync(path, $"/lib/{Path.GetFileName(path)}", default);
        }

        foreach (var module in _modules)
        {
            var source = Path.Combine(Path.GetDirectoryName(image.KernelPath)!, "modules", $"{module}.ko");
            await archive.AddFileAsync($"/lib/{module}.ko", source, new CpioOwner(0x1a4), default);
        }

        foreach (var (path, mode, text) in Texts())
        {
            await archive.AddFileAsync(path, Encoding.UTF8.GetBytes(text), new CpioOwner(mode), default);
        }

        foreach (var type in new[] { "rsa", "ecdsa", "ed25519" })
        {
            var path = Path.Combine(scratch, $"ssh_host_{type}_key");
            Assert.Equal(0, (await HostTool.RunAsync("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "stale", "-f", path)).ExitCode);
            await archive.AddFileAsync($"/etc/ssh/ssh_host_{type}_key", path, new CpioOwner(0x180), default);
            await archive.AddFileAsync($"/etc/ssh/ssh_host_{type}_key.pub", $"{path}.pub", new CpioOwner(0x1a4), default);
        }

        await archive.FinishAsync(default);
    }

    private static async Task<PackageFiles> UnpackAsync(string scratch)
    {
        var source = new DebianPackages(GuestArchitecture.X64);
        var names = await DebianPackages.WithLibrariesAsync(["openssh-server", "openssh-sftp-server"], default);
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "packages")).FullName;
        await source.DownloadAsync(await DebianPackages.ResolveAsync(names, default), folder, new Progress<ByteSize>(), default);
        var files = new PackageFiles(source, Directory.CreateDirectory(Path.Combine(scratch, "files")).FullName);
        foreach (var package in Directory.GetFiles(folder, "*.deb").Order(StringComparer.Ordinal))
        {
            await files.UnpackAsync(package, [Sshd, SftpServer], default);
        }

        return files;
    }

    private static IEnumerable<(string Path, uint Mode, string Text)> Texts() =>
    [
        ("/etc/passwd", 0x1a4, "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\nalice:x:1001:1001::/home/alice:/bin/sh\n"),
        ("/etc/group", 0x1a4, "root:x:0:\nnogroup:x:65534:\nalice:x:1001:\n"),
        ("/etc/shadow", 0x180, "root:*:::::::\nsshd:*:::::::\nalice:*:::::::\n"),
        ("/etc/ssh/sshd_config", 0x1a4, $"StrictModes yes\nSubsystem sftp {SftpServer}\n"),
        ("/etc/inittab", 0x1a4, $"::sysinit:/etc/rc\n::respawn:{Sshd} -D -e\n"),
        ("/etc/rc", 0x1ed, string.Concat(
            "#!/bin/sh\nmount -t proc proc /proc\nmount -t sysfs sys /sys\nmount -t devtmpfs dev /dev\n",
            "mkdir -p /dev/pts /run/sshd\nmount -t devpts devpts /dev/pts\nhostname somebodys\n",
            string.Concat(_modules.Select(module => $"insmod /lib/{module}.ko\n")),
            "ifconfig lo 127.0.0.1 up\nifconfig eth0 10.0.2.15 netmask 255.255.255.0 up\n")),
    ];
}
