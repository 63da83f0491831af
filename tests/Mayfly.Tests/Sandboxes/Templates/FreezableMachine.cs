using System.Text;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Supervision;
using Mayfly.Tests.Agent;
using Mayfly.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>A machine over virtio-serial whose stream outlives its conversations: it can be frozen and woken where it is.</summary>
internal sealed class FreezableMachine : IAsyncDisposable
{
    private readonly AsyncStack _resources;
    private readonly Stream _stream;

    private FreezableMachine(AsyncStack resources, IMachine machine, Stream stream, AgentConnection connection)
    {
        _resources = resources;
        Machine = machine;
        _stream = stream;
        Connection = connection;
    }

    public IMachine Machine { get; }

    /// <summary>The conversation at present.</summary>
    public AgentConnection Connection { get; private set; }

    public static async Task<FreezableMachine> StartAsync(GuestSettings settings)
    {
        var resources = new AsyncStack();
        try
        {
            return await StartAsync(settings, resources);
        }
        catch
        {
            await resources.DisposeAsync();
            throw;
        }
    }

    public async Task FreezeAsync()
    {
        await Connection.FreezeAsync(CancellationToken.None).WithPatience();
        await Connection.DisposeAsync();
    }

    public async Task WakeAsync(WakeSettings settings) => Connection = await AgentConnection
        .WakeAsync(new PipeStream(_stream, _stream, isKept: true), settings, TimeProvider.System, NullLogger.Instance, CancellationToken.None)
        .WithPatience();

    /// <summary>Runs a script, which must succeed, and gives what it says.</summary>
    public async Task<string> ShellAsync(string script)
    {
        await using var command = await Connection
            .StartAsync(new ExecRequest { Argv = ["sh", "-c", script] }, CancellationToken.None)
            .WithPatience();
        using var output = new StreamReader(command.Output, Encoding.UTF8);
        using var errors = new StreamReader(command.Error, Encoding.UTF8);
        var text = output.ReadToEndAsync();
        var problem = errors.ReadToEndAsync();
        var outcome = await command.Outcome.WithPatience();
        Assert.True(outcome.ExitCode == 0, $"{outcome}: {await problem}");
        return (await text.WithPatience()).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _resources.DisposeAsync();
    }

    private static async Task<FreezableMachine> StartAsync(GuestSettings settings, AsyncStack resources)
    {
        var options = SandboxOptions.FromEnvironment();
        var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, NullLogger.Instance, default);
        var store = new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System);
        var image = await store.GetAsync(null, null, default);
        var choice = await new AccelerationPolicy(hypervisor, TimeProvider.System, NullLogger.Instance).ChooseAsync(options.Acceleration, image, default);
        var id = SandboxId.Create();
        var warden = resources.Push(await WardenStarter.StartAsync(AgentBinary.Locate(), id, "a test of freezing", TimeProvider.System, default));
        var transport = resources.Push(await TransportFactory.CreateAsync(SandboxTransport.Serial, warden.Directory, TimeProvider.System, NullLogger.Instance));
        var archive = Path.Combine(warden.Directory, "settings.cpio");
        await SandboxArchive.WriteAsync(archive, settings, default);
        var machine = resources.Push(await hypervisor.StartAsync(
            new MachineSpec
            {
                Id = id,
                KernelPath = image.KernelPath,
                InitramfsPaths = [image.InitramfsPath, await store.GetSshLayerAsync(null, default), archive],
                Memory = options.Memory,
                Cpus = options.Cpus,
                Accelerator = choice.Accelerator,
                Devices = [transport.Device],
            },
            warden,
            default));
        var stream = resources.Push(await transport.ConnectAsync(default).WithPatience());
        var connection = await AgentConnection
            .OpenAsync(new PipeStream(stream, stream, isKept: true), TimeProvider.System, NullLogger.Instance, default)
            .WithPatience();
        return new FreezableMachine(resources, machine, stream, connection);
    }
}
