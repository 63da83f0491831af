using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Templates;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>What clones can do, and how a machine says that it is one, or why not.</summary>
[Trait("Category", "MicroVM")]
public sealed class CloneTests
{
    private const int Starts = 30;

    // Pools of the runtime's grow and shrink by some.
    private const int Slack = 12;

    private static SandboxOptions Small => SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) };

    [Fact]
    public async Task ACloneDoesAllThatABootedMachineDoesAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var before = Footprint.Directories();
        await using (var template = await SandboxTemplate.CreateAsync(Small))
        {
            await using var clone = await template.StartAsync(new SandboxCloneOptions { HostName = "one-of-many" });
            var footprint = Footprint.Of(clone);
            Assert.Equal((SandboxStart.Clone, "a template that is kept"), (clone.Boot.Start, clone.Boot.StartReason));
            Assert.Equal("one-of-many", clone.Guest.HostName);

            using var input = new MemoryStream("said"u8.ToArray());
            Assert.Equal("said", (await clone.ExecAsync(["cat"], Patience.Long with { Input = input })).StandardOutput);
            Assert.Equal(7, (await clone.ShellAsync("exit 7", Patience.Long)).ExitCode);
            var late = await clone.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = TimeSpan.FromMilliseconds(200) });
            Assert.Equal(ExecEndKind.TimedOut, late.End.Kind);

            await File.WriteAllTextAsync(folder["in"], "there and back");
            await clone.PushAsync(folder["in"], "/tmp/file");
            await clone.PullAsync("/tmp/file", folder["out"]);
            Assert.Equal("there and back", await File.ReadAllTextAsync(folder["out"]));

            await AssertForwardsAsync(clone);

            await clone.DisposeAsync();
            footprint.AssertGone();
        }

        Assert.Equal(before, Footprint.Directories());
    }

    [Fact]
    public async Task VsockIsForMachinesThatAreBootedForIt()
    {
        await using var clone = await Sandbox.StartAsync(Small);
        Assert.Equal((SandboxStart.Clone, "a template of these options"), (clone.Boot.Start, clone.Boot.StartReason));

        var refused = await Assert.ThrowsAsync<SandboxConfigurationException>(() => clone.ConnectVsockAsync(5000));

        Assert.Equal(ErrorCode.VsockMissing, refused.Code);
        Assert.Contains("clones are reached over virtio-serial", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--transport vsock", refused.Message, StringComparison.Ordinal);
        await using var booted = await Sandbox.StartAsync(Small with { Transport = SandboxTransport.Vsock });
        Assert.Equal((SandboxStart.Boot, "Transport: a vsock device can't be frozen"), (booted.Boot.Start, booted.Boot.StartReason));
        await using var stream = await booted.ConnectVsockAsync(5000);
    }

    [Fact]
    public async Task AMachineThatCantBeACloneIsBootedAndSaysWhy()
    {
        await using var cold = await Sandbox.StartAsync(Small with { Cold = true });
        Assert.Equal((SandboxStart.Boot, "asked for"), (cold.Boot.Start, cold.Boot.StartReason));

        await using var networked = await Sandbox.StartAsync(Small with { Network = SandboxNetwork.User() });
        Assert.Equal((SandboxStart.Boot, "Network: a network card can't be shared by clones"), (networked.Boot.Start, networked.Boot.StartReason));
    }

    [Theory]
    [InlineData(nameof(SandboxOptions.Network))]
    [InlineData(nameof(SandboxOptions.Disks))]
    [InlineData(nameof(SandboxOptions.Transport))]
    [InlineData(nameof(SandboxOptions.InitramfsPath))]
    public async Task ATemplateOfWhatCantBeClonedIsRefusedByTheOptionsName(string option)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["image"], new byte[4096]);
        var options = option switch
        {
            nameof(SandboxOptions.Network) => Small with { Network = SandboxNetwork.User() },
            nameof(SandboxOptions.Disks) => Small with { Disks = [new SandboxDisk { Path = folder["image"] }] },
            nameof(SandboxOptions.Transport) => Small with { Transport = SandboxTransport.Vsock },
            _ => Small with { InitramfsPath = folder["image"] },
        };

        var refused = await Assert.ThrowsAsync<SandboxConfigurationException>(() => SandboxTemplate.CreateAsync(options));

        Assert.Equal(ErrorCode.TemplateUnsupported, refused.Code);
        Assert.Contains($"the option {option} can't", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{option}: ", TemplatePolicy.Objection(options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThirtyClonesInARowLeaveNothingInTheProcess()
    {
        await using var template = await SandboxTemplate.CreateAsync(Small);
        await StartAndEndAsync(template, 3);
        var (descriptors, threads) = Footing();

        await StartAndEndAsync(template, Starts);

        var after = Footing();
        Assert.InRange(after.Descriptors, 0, descriptors + Slack);
        Assert.InRange(after.Threads, 0, threads + Slack);
    }

    private static async Task StartAndEndAsync(SandboxTemplate template, int times)
    {
        for (var time = 0; time < times; time++)
        {
            await using var clone = await template.StartAsync();
            Assert.Equal(0, (await clone.ExecAsync(["true"], Patience.Long)).ExitCode);
        }
    }

    private static (int Descriptors, int Threads) Footing()
    {
        // What only a finalizer would close is a leak all the same, but not one that lasts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Directory.GetFileSystemEntries("/proc/self/fd").Length, Process.GetCurrentProcess().Threads.Count);
    }

    private static async Task AssertForwardsAsync(Sandbox clone)
    {
        await using var service = await clone.StartCommandAsync(["nc", "-ll", "-p", "4000", "-e", "cat"], Patience.Long);
        await clone.ShellAsync("until grep -q ':0FA0 0' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done", Patience.Long);
        await using var forward = await clone.ForwardAsync(4000);
        using var client = new TcpClient();
        await client.ConnectAsync(forward.LocalEndPoint);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await client.GetStream().WriteAsync("in"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("in", await reader.ReadToEndAsync().WithPatience());

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var reverse = await clone.ReverseForwardAsync(4001, (IPEndPoint)listener.LocalEndpoint);
        var asking = clone.ShellAsync("nc 127.0.0.1 4001 </dev/null", Patience.Long);
        using (var accepted = await listener.AcceptSocketAsync().WithPatience())
        {
            await accepted.SendAsync("out"u8.ToArray());
        }

        Assert.Equal("out", (await asking).StandardOutput);
    }
}
