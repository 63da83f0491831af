using System.Net.Sockets;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Supervision;
using Mayfly.Tests.Sandboxes.Vsock;
using Mayfly.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Benchmarks;

/// <summary>A machine reached over vsock that also has a virtio-serial port to measure, and socat.</summary>
internal sealed class BenchMachine : IAsyncDisposable
{
    private const string PortName = "mayfly.bench";

    private BenchMachine(Sandbox sandbox, Stream serial, string serialDevice)
    {
        Sandbox = sandbox;
        Serial = serial;
        SerialDevice = serialDevice;
    }

    public Sandbox Sandbox { get; }

    /// <summary>The host's end of the port.</summary>
    public Stream Serial { get; }

    /// <summary>The guest's end of the port.</summary>
    public string SerialDevice { get; }

    public static async Task<BenchMachine> StartAsync()
    {
        var options = SandboxOptions.FromEnvironment() with { Memory = ByteSize.GiB(1), Transport = SandboxTransport.Vsock };
        var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, NullLogger.Instance, CancellationToken.None);
        var image = await new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System).GetAsync(null, null, CancellationToken.None);
        var choice = await new AccelerationPolicy(hypervisor, TimeProvider.System, NullLogger.Instance).ChooseAsync(options.Acceleration, image, CancellationToken.None);
        var id = SandboxId.Create();
        var resources = new AsyncStack();
        var warden = resources.Push(await WardenStarter.StartAsync(AgentBinary.Locate(), id, "a benchmark", TimeProvider.System, CancellationToken.None));
        var transport = resources.Push(await TransportFactory.CreateAsync(options.Transport, warden.Directory, TimeProvider.System, NullLogger.Instance));
        var serialPath = Path.Combine(warden.Directory, "bench.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(serialPath));
        listener.Listen();
        var settings = Path.Combine(warden.Directory, "settings.cpio");
        await SandboxArchive.WriteAsync(settings, new GuestSettings { HostName = "bench", Vsock = transport.Settings }, CancellationToken.None);
        var machine = resources.Push(await hypervisor.StartAsync(
            new MachineSpec
            {
                Id = id,
                KernelPath = image.KernelPath,
                InitramfsPaths = [image.InitramfsPath, settings],
                Memory = options.Memory,
                Cpus = options.Cpus,
                Accelerator = choice.Accelerator,
                Devices = [transport.Device, new SerialPortDevice(PortName, serialPath)],
            },
            warden,
            CancellationToken.None));
        var connection = resources.Push(await AgentConnection.OpenAsync(
            await transport.ConnectAsync(CancellationToken.None), TimeProvider.System, NullLogger.Instance, CancellationToken.None));
        var report = new BootReport(hypervisor.Name, choice.Accelerator, choice.Reason, transport.Name, "measured", "none", [], SandboxStart.Boot, "measured", 1, TimeSpan.Zero);
        var sandbox = new Sandbox(id, machine, connection, transport.Vsock, resources, report, options);
        var serial = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
        await Socat.InstallAsync(sandbox);
        var device = (await sandbox.ShellAsync($"modprobe virtio_console; until grep -l {PortName} /sys/class/virtio-ports/*/name; do sleep 0.1; done")).EnsureSuccess();
        return new BenchMachine(sandbox, serial, $"/dev/{device.StandardOutput.Trim().Split('/')[^2]}");
    }

    public async ValueTask DisposeAsync()
    {
        await Serial.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
