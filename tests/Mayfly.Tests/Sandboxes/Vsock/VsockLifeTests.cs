using Mayfly.Diagnostics;
using Mayfly.Tests.Transports.Vsock;

namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>Vsock when machines end, and over the kernel's device; each test has its own machine.</summary>
[Trait("Category", "MicroVM")]
public sealed class VsockLifeTests
{
    private static readonly SandboxOptions Options = new() { Transport = SandboxTransport.Vsock };

    [Fact]
    public async Task TheEndOfTheMachineEndsConnectionsListenersAndConnects()
    {
        await using var sandbox = await Sandbox.StartAsync(Options);
        var footprint = Footprint.Of(sandbox);
        await using var stream = await sandbox.ConnectVsockAsync(Protocol.VsockPorts.Json).WithPatience();
        await using var listener = await sandbox.ListenVsockAsync(7000);
        var reading = stream.ReadAsync(new byte[1]).AsTask();
        var accepting = listener.AcceptAsync();

        footprint.KillMonitor();

        Assert.IsType<SandboxVsockException>((await Assert.ThrowsAsync<IOException>(() => reading.WithPatience())).InnerException);
        Assert.Equal(ErrorCode.VsockFailed, (await Assert.ThrowsAsync<SandboxVsockException>(() => accepting.WithPatience())).Code);
        var late = await Assert.ThrowsAsync<SandboxSessionException>(() => sandbox.ConnectVsockAsync(5000).WithPatience());
        Assert.Equal(ErrorCode.GuestDied, late.Code);
    }

    [Fact]
    public async Task DisposalLeavesNoThreadAndNoDescriptor()
    {
        await (await Sandbox.StartAsync(Options)).DisposeAsync();
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var count = 0; count < 3; count++)
        {
            await using var sandbox = await Sandbox.StartAsync(Options);
            await using var stream = await sandbox.ConnectVsockAsync(Protocol.VsockPorts.Json).WithPatience();
        }

        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length - before, int.MinValue, 3);
        await UntilNoDeviceHasAThreadAsync();
    }

    [Fact]
    public async Task ASandboxOverSerialHasNoVsockAndSaysHowToGetIt()
    {
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Transport = SandboxTransport.Serial });

        var missing = await Assert.ThrowsAsync<SandboxConfigurationException>(() => sandbox.ConnectVsockAsync(5000));
        Assert.Equal(ErrorCode.VsockMissing, missing.Code);
        Assert.Contains("--transport vsock", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoSandboxesAtOnceKeepTheirConnectionsApart()
    {
        var sandboxes = await Task.WhenAll(Sandbox.StartAsync(Options), Sandbox.StartAsync(Options));
        await using var first = sandboxes[0];
        await using var second = sandboxes[1];

        // The same port of the host, listened on for each.
        await using var firstListener = await first.ListenVsockAsync(7000);
        await using var secondListener = await second.ListenVsockAsync(7000);
        await using var firstStream = await first.ConnectVsockAsync(Protocol.VsockPorts.Json).WithPatience();
        await using var secondStream = await second.ConnectVsockAsync(Protocol.VsockPorts.Json).WithPatience();

        Assert.Equal(first.Guest.HostName, await HostNameAsync(firstStream));
        Assert.Equal(second.Guest.HostName, await HostNameAsync(secondStream));
    }

    [KernelVsockHostFact]
    public async Task TheKernelsDeviceCarriesASession()
    {
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Transport = SandboxTransport.KernelVsock });

        Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);

        // Every user of the host could dial it.
        var refused = await Assert.ThrowsAsync<SandboxVsockException>(() => sandbox.ConnectVsockAsync(Protocol.VsockPorts.Json).WithPatience());
        Assert.Equal(ErrorCode.VsockRefused, refused.Code);
    }

    /// <summary>A thread's last word comes before its end, which the kernel tells nobody of.</summary>
    private static async Task UntilNoDeviceHasAThreadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Command);
        while (Directory.GetDirectories("/proc/self/task").Any(IsOfADevice))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }

    private static bool IsOfADevice(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").StartsWith("mayfly-vsock", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return false;
        }
    }

    private static async Task<string> HostNameAsync(VsockStream stream)
    {
        await stream.WriteAsync("{\"command\":\"hostname\"}\n"u8.ToArray());
        using var reader = new StreamReader(stream, leaveOpen: true);
        var answer = System.Text.Json.JsonElement.Parse((await reader.ReadLineAsync().WithPatience())!);
        return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(answer.GetProperty("stdout").GetString()!)).Trim();
    }
}
