using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Layers;
using Mayfly.Networks;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Transports;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>One attempt to boot a machine: from a warden with its directory to a sandbox that answers, or to nothing at all.</summary>
#pragma warning disable CA1001 // What it owns becomes the sandbox's, or is released before the attempt throws.
internal sealed class SandboxAttempt
#pragma warning restore CA1001
{
    private static readonly TimeSpan _endPatience = TimeSpan.FromSeconds(2);

    /// <summary>What a server that never answers leaves of the boot's limit, so that it is the one to be told of.</summary>
    private static readonly TimeSpan _serverMargin = _endPatience + TimeSpan.FromMilliseconds(500);

    private readonly StartPlan _plan;
    private readonly SandboxOptions _options;
    private readonly BootAttempt _attempt;
    private readonly ILogger _logger;
    private readonly AsyncStack _resources = new();
    private readonly Warden _warden;
    private NetworkPlan _network = null!;
    private SshSetup? _ssh;
    private ITransport? _transport;
    private IMachine _machine = null!;
    private IGuestConnection? _agent;

    private SandboxAttempt(StartPlan plan, SandboxOptions options, BootAttempt attempt, Warden warden, ILogger logger) =>
        (_plan, _options, _attempt, _warden, _logger) = (plan, options, attempt, warden, logger);

    /// <summary>
    /// Boots, until the guest's agent or the server of an image of one's own has spoken. The warden is the attempt's from here
    /// on; what was begun is released in reverse when it fails.
    /// </summary>
    public static async Task<SandboxAttempt> BootAsync(
        StartPlan plan, SandboxOptions options, BootAttempt attempt, Warden warden, ILogger logger, CancellationToken cancellationToken)
    {
        var made = new SandboxAttempt(plan, options, attempt, warden, logger);
        return await made.GuardAsync(async () =>
        {
            made._resources.Push(warden);
            await made.BootInAsync(cancellationToken).ConfigureAwait(false);
            return made;
        }).ConfigureAwait(false);
    }

    /// <summary>Opens what is left to open, which is SSH's and has its own limits, and hands everything over to the sandbox.</summary>
    public Task<Sandbox> OpenAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var (connection, access) = _agent is { } agent
            ? await OpenBesideAgentAsync(agent, cancellationToken).ConfigureAwait(false)
            : await OpenServerAsync(cancellationToken).ConfigureAwait(false);
        return new Sandbox(_plan.Id, _machine, connection, _transport?.Vsock, _resources, Report(), _options)
        {
            Network = _network.Report(_machine.Ports),
            Ssh = access,
        };
    });

    private async Task BootInAsync(CancellationToken cancellationToken)
    {
        _network = _resources.Push(NetworkPlan.Make(_options.Network, _plan.Id));
        _ssh = _options.WantsSsh ? await SshSetup.MakeAsync(_options, _warden.Directory, _logger, cancellationToken).ConfigureAwait(false) : null;
        _transport = _plan.Transport is { } choice
            ? _resources.Push(await TransportFactory.CreateAsync(choice.Transport, _warden.Directory, _options.TimeProvider, _logger).ConfigureAwait(false))
            : null;
        var disks = DiskPlan.Make(_plan.Basis.Disks, _plan.Id, _warden.Directory);
        if (_plan.Memory is RecordedMemory { Path: var memory })
        {
            // Of an attempt that stalled: memory that is not zero is none of a new machine.
            File.Delete(memory);
        }

        var archive = IsClone ? null : await WriteArchiveAsync(cancellationToken).ConfigureAwait(false);

        _attempt.Phase = "the hypervisor to start";
        using (_options.Trace?.Begin(IsClone ? "restore" : "hypervisor"))
        {
            _machine = _resources.Push(await _plan.Basis.Hypervisor.StartAsync(Spec(archive, disks), _warden, cancellationToken).ConfigureAwait(false));
        }

        _attempt.Console = _machine.Console;
        if (_transport is { } transport)
        {
            _attempt.Phase = "the guest's agent to speak";
            using var phase = _options.Trace?.Begin(IsClone ? "wake" : "boot");
            _agent = _resources.Push(await AgainstEndAsync(transport.Name, token => OpenAsync(transport, token), cancellationToken).ConfigureAwait(false));
            LayerPlan.RequireMounted(_agent.Guest, _machine.Console.GetText(ConsoleText.ReportedBytes));
        }
        else
        {
            _attempt.Phase = "the guest's SSH server to answer";
            var patience = _options.BootTimeout - _serverMargin - _options.TimeProvider.GetElapsedTime(_plan.Begun);
            await AgainstEndAsync(
                TransportName.Of(SandboxTransport.Ssh),
                token => _ssh!.WaitForServerAsync(_ssh.ServerOf(_network.Report(_machine.Ports)), patience, token),
                cancellationToken).ConfigureAwait(false);
        }

        // The guest has it by now, and what is secret in it need not lie about.
        if (archive is not null)
        {
            File.Delete(archive);
            JoinedInitramfs.Remove(_warden.Directory);
        }
    }

    private bool IsClone => _plan.Memory is RestoredMemory;

    private async Task<string> WriteArchiveAsync(CancellationToken cancellationToken)
    {
        var archive = Path.Combine(_warden.Directory, "settings.cpio");
        await SandboxArchive.WriteAsync(archive, _transport is null ? null : Settings(_transport), _ssh?.GuestFiles, cancellationToken).ConfigureAwait(false);
        return archive;
    }

    /// <summary>Where SSH is wanted, the door to the guest's server, and a session through it.</summary>
    private async Task<(IGuestConnection Connection, SshAccess? Access)> OpenBesideAgentAsync(IGuestConnection agent, CancellationToken cancellationToken)
    {
        if (_ssh is null)
        {
            return (agent, null);
        }

        var access = await _ssh.OpenDoorAsync(agent, _resources, cancellationToken).ConfigureAwait(false);
        return _options.Transport == SandboxTransport.Ssh
            ? ((await OpenSessionAsync(_ssh, _ssh.Door, cancellationToken).ConfigureAwait(false)).Connection, access)
            : (agent, access);
    }

    /// <summary>An image of the user's own: a session over whatever SSH server it has started.</summary>
    private async Task<(IGuestConnection Connection, SshAccess? Access)> OpenServerAsync(CancellationToken cancellationToken)
    {
        var server = _ssh!.ServerOf(_network.Report(_machine.Ports));
        var session = await OpenSessionAsync(_ssh, server, cancellationToken).ConfigureAwait(false);
        _ssh.ForgetAfter(_resources);
        return (session.Connection, await _ssh.WriteAccessAsync(server, session.HostKey, cancellationToken).ConfigureAwait(false));
    }

    private async Task<SshSession> OpenSessionAsync(SshSetup ssh, SshEndpoint server, CancellationToken cancellationToken)
    {
        var session = await AgainstEndAsync(TransportName.Of(SandboxTransport.Ssh), token => ssh.ConnectAsync(server, token), cancellationToken).ConfigureAwait(false);
        _resources.Push(session.Connection);
        return session;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            var explained = await BootErrors.OfDirectoryAsync(exception, _warden, _options.TimeProvider).ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
            throw explained;
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What is opened, or why the machine ended instead: whichever comes first, without waiting for a timeout.</summary>
    private async Task<T> AgainstEndAsync<T>(string transport, Func<CancellationToken, Task<T>> open, CancellationToken cancellationToken)
    {
        var machine = _machine;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = open(giveUp.Token);
        if (await Task.WhenAny(opening, machine.Ended).ConfigureAwait(false) == opening && !opening.IsFaulted)
        {
            if (opening.IsCanceled)
            {
                // By the caller's token, which the linked one hides.
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await opening.ConfigureAwait(false);
        }

        await giveUp.CancelAsync().ConfigureAwait(false);
        if (await FailureOf(opening).ConfigureAwait(false) is not { } failure)
        {
            return await opening.ConfigureAwait(false);
        }

        // Broken streams are mostly the first sign of a machine that is ending; its own end tells more.
        var ended = await Task.WhenAny(machine.Ended, Task.Delay(_endPatience, _options.TimeProvider, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw ended == machine.Ended
            ? BootErrors.Ended(await machine.Ended.ConfigureAwait(false), machine.Console, _options.Memory)
            : BootErrors.NotReached(transport, failure, machine.Console);
    }

    private async Task<IGuestConnection> OpenAsync(ITransport transport, CancellationToken cancellationToken)
    {
        var stream = await transport.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return IsClone
            ? await AgentConnection.WakeAsync(stream, Identity(), _options.TimeProvider, _logger, cancellationToken).ConfigureAwait(false)
            : await AgentConnection.OpenAsync(stream, _options.TimeProvider, _logger, cancellationToken).ConfigureAwait(false);
    }

    private BootReport Report()
    {
        var overSsh = _transport is null || _options.Transport == SandboxTransport.Ssh;
        var reason = _transport is null ? "an image of one's own has no agent"
            : overSsh ? $"asked for; over {_transport.Name}, because {_plan.Transport!.Reason}"
            : _plan.Transport!.Reason;
        return new BootReport(
            _plan.Basis.Hypervisor.Name,
            _plan.Basis.Accelerator.Accelerator,
            _plan.Basis.Accelerator.Reason,
            overSsh ? TransportName.Of(SandboxTransport.Ssh) : _transport!.Name,
            reason,
            _machine.Limits.Held,
            _machine.Limits.Missing,
            _plan.Start,
            _plan.StartReason,
            _attempt.Number,
            _options.TimeProvider.GetElapsedTime(_plan.Begun))
        {
            CommandLine = _machine.CommandLine,
        };
    }

    private string HostName => _options.HostName ?? $"mayfly-{_plan.Id}";

    private SshSettings? Server => _ssh is null ? null : new SshSettings { AllAddresses = _network.Card is not null };

    /// <summary>What a clone is, and its template was not.</summary>
    private WakeSettings Identity() => new()
    {
        HostName = HostName,
        UnixTimeMs = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        Entropy = RandomNumberGenerator.GetBytes(WakeSettings.EntropyBytes),
        MachineId = MachineIdentity.NewMachineId(),
        Parts = new WakeParts
        {
            Files = _ssh?.GuestFiles is { } files ? SshFileList.Create(files) : [],
            Ssh = Server,
            Layers = _plan.Basis.Layers.SlotSettings,
        },
    };

    private GuestSettings Settings(ITransport transport) => new()
    {
        HostName = HostName,
        UnixTimeMs = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        Vsock = transport.Settings,
        Network = _network.Settings,
        Ssh = Server,
        MachineId = MachineIdentity.NewMachineId(),
        HasDisks = _options.Disks.Count > 0 || _plan.Basis.Layers.Drives.Count > 0,
        Layers = _plan.Memory is RecordedMemory ? _plan.Basis.Layers.TemplateSettings : _plan.Basis.Layers.BootSettings,
    };

    private MachineSpec Spec(string? archive, DiskPlan disks) => new()
    {
        Id = _plan.Id,
        KernelPath = _plan.Basis.Image.KernelPath,
        InitramfsPaths = archive is null ? [] : [.. _plan.Basis.InitramfsPaths, archive],
        Memory = _options.Memory,
        MemoryFile = _plan.Memory,
        Cpus = _options.Cpus,
        Accelerator = _plan.Basis.Accelerator.Accelerator,
        Devices = _transport is null ? [] : [_transport.Device],
        Network = _network.Card,
        KernelArguments = _options.KernelArguments,
        Limits = new MachineLimits
        {
            Cpu = _options.Limits.Cpu,
            HostMemory = _options.Limits.HostMemory,
            Lifetime = _options.Limits.Lifetime,
            Console = _options.Limits.Console,
        },
        Disks = [.. disks.Drives, .. _plan.Basis.Layers.Drives],
        Resources = disks.Resources,
    };

    private async Task ReleaseAsync()
    {
        try
        {
            await _resources.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The first error is the one to report; this one must not hide it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.SandboxReleaseFailed(_logger, _plan.Id, exception);
        }
    }

    private static async Task<Exception?> FailureOf(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Any failure of the handshake is turned into one boot error, with this as its cause.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }
}
