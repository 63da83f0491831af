using System.Net;

namespace Mayfly.Tests.Sandboxes;

/// <summary>Starts that can't succeed: one clear error with a code and a remedy, and nothing left.</summary>
[Trait("Category", "MicroVM")]
public sealed class BadStartTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly IReadOnlyList<string> _before = Footprint.Directories();

    public void Dispose()
    {
        _scratch.Delete(recursive: true);
        Assert.Equal(_before, Footprint.Directories());
    }

    [Fact]
    public async Task AMissingMonitorNamesThePackage()
    {
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Sandbox.StartAsync(new SandboxOptions { QemuPath = "qemu-that-is-absent" }));

        Assert.Equal("MAY1002", exception.Code);
        Assert.Contains("qemu-that-is-absent", exception.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install qemu-system-x86", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingKernelIsNamed()
    {
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Sandbox.StartAsync(new SandboxOptions { KernelPath = "/absent/vmlinux" }));

        Assert.Equal("MAY1005", exception.Code);
        Assert.Contains("/absent/vmlinux", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNoKernelIsNamed()
    {
        var path = Path.Combine(_scratch.FullName, "not-a-kernel");
        await File.WriteAllTextAsync(path, "hello");

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Sandbox.StartAsync(new SandboxOptions { KernelPath = path }));

        Assert.Equal("MAY1005", exception.Code);
    }

    [Fact]
    public async Task OptionsOutOfRangeAreRefusedBeforeAnythingStarts()
    {
        SandboxOptions[] wrong =
        [
            new() { Memory = ByteSize.MiB(8) },
            new() { Memory = ByteSize.GiB(1000) },
            new() { Cpus = 0 },
            new() { Cpus = 64 },
            new() { BootTimeout = TimeSpan.Zero },
            new() { InitramfsPath = "", Ssh = new() },
            new() { InitramfsPath = "/absent", Transport = SandboxTransport.Vsock },
            new() { InitramfsPath = "/absent", Network = SandboxNetwork.Tap("br0") },
            new() { InitramfsPath = "/absent", Ssh = new SandboxSsh { User = "alice" } },
            new() { InitramfsPath = "/absent", Ssh = new SandboxSsh { HostKey = "ssh-ed25519 AAAA" } },
            new() { Ssh = new SandboxSsh { User = "-x" } },
            new() { Ssh = new SandboxSsh { Port = 2222 } },
            new() { Ssh = new SandboxSsh { HostKey = "ssh-ed25519 AAAA" } },
            new() { Ssh = new SandboxSsh { TrustOnFirstUse = false } },
            new() { Ssh = new SandboxSsh { IdentityPath = "/absent" } },
            new() { Ssh = new SandboxSsh { ConnectTimeout = TimeSpan.Zero } },
            new() { Ssh = new SandboxSsh { HandshakeTimeout = TimeSpan.FromHours(1) } },
            new() { KernelArguments = [""] },
            new() { KernelArguments = ["a b"] },
            new() { KernelArguments = ["a\n"] },
            new() { KernelArguments = ["a\0b"] },
            new() { KernelArguments = [new string('a', 1024)] },
            new() { KernelArguments = [.. Enumerable.Repeat("a", 65)] },
            new() { HostName = "-x" },
            new() { HostName = "with space" },
            new() { Acceleration = (Acceleration)9 },
            new() { Transport = (SandboxTransport)9 },
            new() { Network = null! },
            new() { Network = SandboxNetwork.User(null!) },
            new() { Network = SandboxNetwork.User([null!]) },
            new() { Network = SandboxNetwork.User(new PortForward(0)) },
            new() { Network = SandboxNetwork.User(new PortForward(65536)) },
            new() { Network = SandboxNetwork.User(new PortForward(80, -1)) },
            new() { Network = SandboxNetwork.User(new PortForward(80, 65536)) },
            new() { Network = SandboxNetwork.User(new PortForward(80) { HostAddress = IPAddress.IPv6Loopback }) },
            new() { Network = SandboxNetwork.User(new PortForward(80) { HostAddress = null! }) },
            new() { Network = SandboxNetwork.User(new PortForward(80) { Protocol = (PortProtocol)9 }) },
            new() { Network = SandboxNetwork.User(new PortForward(53) { Protocol = PortProtocol.Udp }) },
            new() { Network = SandboxNetwork.User(new PortForward(80, 8080), new PortForward(81, 8080)) },
            new() { Network = SandboxNetwork.Tap("a/b") },
            new() { Network = SandboxNetwork.Tap("..") },
            new() { Network = SandboxNetwork.Tap("") },
            new() { Network = SandboxNetwork.Tap("a-bridge-too-far") },
            new() { Network = SandboxNetwork.Tap() with { Address = IPAddress.Parse("192.168.7.2") } },
            new() { Network = SandboxNetwork.Tap("br0") with { Gateway = IPAddress.Parse("192.168.7.1") } },
            new() { Network = SandboxNetwork.Tap("br0") with { Address = IPAddress.IPv6Loopback } },
            new() { Network = SandboxNetwork.Tap("br0") with { Address = IPAddress.Parse("192.168.7.2"), PrefixLength = 31 } },
            new() { Network = SandboxNetwork.Tap("br0") with { Address = IPAddress.Parse("192.168.7.2"), Gateway = IPAddress.Parse("192.168.8.1") } },
            new() { Network = SandboxNetwork.Tap("br0") with { Address = IPAddress.Parse("192.168.7.2"), Gateway = IPAddress.Parse("192.168.7.2") } },
            new() { Network = SandboxNetwork.Tap("br0") with { DnsServer = IPAddress.IPv6Loopback } },
            new() { Network = SandboxNetwork.User([.. Enumerable.Range(1, 129).Select(port => new PortForward(port))]) },
            new() { Disks = [new SandboxDisk { Path = " " }] },
            new() { Disks = [new SandboxDisk { Path = "a.img", Mode = (SandboxDiskMode)9 }] },
            new() { Disks = [new SandboxDisk { Path = "a.img", Overlay = (SandboxDiskOverlay)9 }] },
            new() { Disks = [new SandboxDisk { Path = "a.img", WriteLimit = ByteSize.KiB(64) }] },
            new() { Disks = [new SandboxDisk { Path = "a.img", WriteLimit = ByteSize.GiB(1025) }] },
            new() { Disks = [.. Enumerable.Repeat(new SandboxDisk { Path = "a.img" }, 9)] },
        ];

        foreach (var options in wrong)
        {
            var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.StartAsync(options));
            Assert.Equal("MAY1001", exception.Code);
        }
    }
}
