using System.Globalization;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Networks;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Supervision;
using Mayfly.Tests.Images;
using Mayfly.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>A machine with an SSH server behind a forwarded port, and the keys of both ends.</summary>
internal sealed class SshMachine : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly AsyncStack _resources;

    private SshMachine(TemporaryFolder folder, AsyncStack resources, IMachine machine, SshTestKey hostKey, SshTestKey clientKey)
    {
        _folder = folder;
        _resources = resources;
        Machine = machine;
        HostKey = hostKey;
        ClientKey = clientKey;
        File.WriteAllText(KnownHosts, $"[127.0.0.1]:{Port} {hostKey.PublicLine}\n");
    }

    public IMachine Machine { get; }

    public SshTestKey HostKey { get; }

    public SshTestKey ClientKey { get; }

    /// <summary>The conversation with the agent; null where there is none.</summary>
    public IGuestConnection? Connection { get; private init; }

    public int Port => Machine.Ports[0].HostEndPoint.Port;

    public string KnownHosts => _folder["known_hosts"];

    public string this[string file] => _folder[file];

    /// <summary>One with the default image, whose agent has said hello: its server listens.</summary>
    public static Task<SshMachine> StartAsync() => StartAsync(null);

    /// <summary>One with somebody else's image, whose console has said that its server listens.</summary>
    public static async Task<SshMachine> StartForeignAsync(string initramfs)
    {
        var machine = await StartAsync(initramfs);
        var begun = TimeProvider.System.GetTimestamp();
        while (!machine.Machine.Console.GetText().Contains(ForeignImage.ListeningText, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience.Command || machine.Machine.Ended.IsCompleted)
            {
                var console = machine.Machine.Console.GetText();
                await machine.DisposeAsync();
                Assert.Fail($"sshd does not listen; the console: {console}");
            }

            await Task.Delay(50);
        }

        return machine;
    }

    /// <summary>What every client of OpenSSH is told: nothing of the user's, only this key and that host key.</summary>
    public IReadOnlyList<string> ClientOptions =>
    [
        "-F", "none",
        "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=yes",
        "-o", $"UserKnownHostsFile={KnownHosts}",
        "-o", "GlobalKnownHostsFile=/dev/null",
        "-o", "IdentitiesOnly=yes",
        "-o", "IdentityAgent=none",
        "-i", ClientKey.Path,
    ];

    /// <summary>Runs a command through the host's ssh.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string user, params string[] command) =>
        HostTool.RunAsync("ssh", [.. ClientOptions, "-p", Port.ToString(CultureInfo.InvariantCulture), $"{user}@127.0.0.1", .. command]);

    public async ValueTask DisposeAsync()
    {
        await _resources.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<SshMachine> StartAsync(string? initramfs)
    {
        var folder = new TemporaryFolder();
        var resources = new AsyncStack();
        try
        {
            return await StartAsync(initramfs, folder, resources);
        }
        catch
        {
            await resources.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    private static async Task<SshMachine> StartAsync(string? initramfs, TemporaryFolder folder, AsyncStack resources)
    {
        var options = SandboxOptions.FromEnvironment();
        var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, NullLogger.Instance, default);
        var store = new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System);
        var image = initramfs is null ? await store.GetAsync(null, null, default) : await store.GetForeignAsync(initramfs, null, null, default);
        var choice = await new AccelerationPolicy(hypervisor, TimeProvider.System, NullLogger.Instance).ChooseAsync(options.Acceleration, image, default);
        var id = SandboxId.Create();
        var warden = resources.Push(await WardenStarter.StartAsync(AgentBinary.Locate(), id, "a test of SSH", TimeProvider.System, default));
        var transport = resources.Push(await TransportFactory.CreateAsync(SandboxTransport.Serial, warden.Directory, TimeProvider.System, NullLogger.Instance));
        var network = resources.Push(NetworkPlan.Make(SandboxNetwork.User(new PortForward(SshSettings.Port)), id));
        var hostKey = await SshTestKey.CreateAsync(folder["host"]);
        var clientKey = await SshTestKey.CreateAsync(folder["client"]);
        var archive = Path.Combine(warden.Directory, "settings.cpio");
        await SandboxArchive.WriteAsync(
            archive,
            image.IsForeign
                ? null
                : new GuestSettings
                {
                    HostName = "ssh",
                    UnixTimeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                    Network = network.Settings,
                    Ssh = new SshSettings { AllAddresses = true },
                },
            new SshGuestFiles(hostKey.Seed, hostKey.Public, hostKey.File, $"{clientKey.PublicLine}\n") { IsForeignImage = image.IsForeign },
            default);
        var machine = resources.Push(await hypervisor.StartAsync(
            new MachineSpec
            {
                Id = id,
                KernelPath = image.KernelPath,
                InitramfsPaths = image.IsForeign ? [image.InitramfsPath, archive] : [image.InitramfsPath, await store.GetSshLayerAsync(null, default), archive],
                Memory = options.Memory,
                Cpus = options.Cpus,
                Accelerator = choice.Accelerator,
                Devices = [transport.Device],
                Network = network.Card,
            },
            warden,
            default));
        return new SshMachine(folder, resources, machine, hostKey, clientKey)
        {
            Connection = image.IsForeign
                ? null
                : resources.Push(await AgentConnection.OpenAsync(
                    await transport.ConnectAsync(default).WithPatience(), TimeProvider.System, NullLogger.Instance, default).WithPatience()),
        };
    }
}
