using System.Net.Sockets;
using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Images;
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

    private readonly StartPlan _plan;
    private readonly SandboxOptions _options;
    private readonly BootAttempt _attempt;
    private readonly ILogger _logger;
    private readonly AsyncStack _resources = new();

    private SandboxAttempt(StartPlan plan, SandboxOptions options, BootAttempt attempt, ILogger logger) =>
        (_plan, _options, _attempt, _logger) = (plan, options, attempt, logger);

    /// <summary>Boots. The warden is the attempt's from here on; what was begun is released in reverse when it fails.</summary>
    public static Task<Sandbox> BootAsync(
        StartPlan plan, SandboxOptions options, BootAttempt attempt, Warden warden, ILogger logger, CancellationToken cancellationToken) =>
        new SandboxAttempt(plan, options, attempt, logger).BootAsync(warden, cancellationToken);

    private async Task<Sandbox> BootAsync(Warden warden, CancellationToken cancellationToken)
    {
        try
        {
            _resources.Push(warden);
            return await BootInAsync(warden, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            var explained = await BootErrors.OfDirectoryAsync(exception, warden, _options.TimeProvider).ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
            throw explained;
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Sandbox> BootInAsync(Warden warden, CancellationToken cancellationToken)
    {
        var network = _resources.Push(NetworkPlan.Make(_options.Network, _plan.Id));
        var ssh = _options.WantsSsh ? await SshSetup.MakeAsync(_options, warden.Directory, _logger, cancellationToken).ConfigureAwait(false) : null;
        var transport = _plan.Transport is { } choice
            ? _resources.Push(await TransportFactory.CreateAsync(choice.Transport, warden.Directory, _options.TimeProvider, _logger).ConfigureAwait(false))
            : null;
        var disks = DiskPlan.Make(_plan.Disks, _plan.Id, warden.Directory);
        var archive = Path.Combine(warden.Directory, "settings.cpio");
        await SandboxArchive.WriteAsync(archive, transport is null ? null : Settings(transport, network, ssh), ssh?.GuestFiles, cancellationToken).ConfigureAwait(false);

        _attempt.Phase = "the hypervisor to start";
        var machine = _resources.Push(await _plan.Hypervisor.StartAsync(Spec(archive, transport, network.Card, disks), warden, cancellationToken).ConfigureAwait(false));
        _attempt.Console = machine.Console;

        var (connection, access) = transport is null
            ? await ReachServerAsync(ssh!, machine, network, cancellationToken).ConfigureAwait(false)
            : await ReachAgentAsync(transport, ssh, machine, cancellationToken).ConfigureAwait(false);
        return new Sandbox(_plan.Id, machine, connection, transport?.Vsock, _resources, Report(machine, transport), _options)
        {
            Network = network.Report(machine.Ports),
            Ssh = access,
        };
    }

    /// <summary>The agent's own way in; behind it, where SSH is wanted, the door to the guest's server, and a session through that.</summary>
    private async Task<(IGuestConnection Connection, SshAccess? Access)> ReachAgentAsync(
        ITransport transport, SshSetup? ssh, IMachine machine, CancellationToken cancellationToken)
    {
        _attempt.Phase = "the guest's agent to speak";
        var connection = _resources.Push(await ConnectAsync(transport.Name, machine, token => OpenAsync(transport, token), cancellationToken).ConfigureAwait(false));
        if (ssh is null)
        {
            return (connection, null);
        }

        var access = await ssh.OpenDoorAsync(connection, _resources, cancellationToken).ConfigureAwait(false);
        if (_options.Transport != SandboxTransport.Ssh)
        {
            return (connection, access);
        }

        _attempt.Phase = "the session over SSH to open";
        var over = await ConnectAsync(
            TransportName.Of(SandboxTransport.Ssh),
            machine,
            async token => (await ssh.ConnectAsync(ssh.Door, TimeSpan.Zero, token).ConfigureAwait(false)).Connection,
            cancellationToken).ConfigureAwait(false);
        return (_resources.Push(over), access);
    }

    /// <summary>An image of the user's own: whatever SSH server it starts.</summary>
    private async Task<(IGuestConnection Connection, SshAccess? Access)> ReachServerAsync(
        SshSetup ssh, IMachine machine, NetworkPlan network, CancellationToken cancellationToken)
    {
        _attempt.Phase = "the guest's SSH server to answer";
        var server = ssh.ServerOf(network.Report(machine.Ports));
        ssh.ForgetAfter(_resources);
        SshPublicKey? key = null;
        var connection = _resources.Push(await ConnectAsync(
            TransportName.Of(SandboxTransport.Ssh),
            machine,
            async token =>
            {
                var session = await ssh.ConnectAsync(server, _options.BootTimeout, token).ConfigureAwait(false);
                key = session.HostKey;
                return session.Connection;
            },
            cancellationToken).ConfigureAwait(false));
        return (connection, await ssh.WriteAccessAsync(server, key!, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The conversation, or why the machine ended instead: whichever comes first, without waiting for a timeout.</summary>
    private async Task<IGuestConnection> ConnectAsync(
        string transport, IMachine machine, Func<CancellationToken, Task<IGuestConnection>> open, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = open(giveUp.Token);
        if (await Task.WhenAny(opening, machine.Ended).ConfigureAwait(false) == opening && !opening.IsFaulted)
        {
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
        return await AgentConnection.OpenAsync(stream, _options.TimeProvider, _logger, cancellationToken).ConfigureAwait(false);
    }

    private BootReport Report(IMachine machine, ITransport? transport)
    {
        var overSsh = transport is null || _options.Transport == SandboxTransport.Ssh;
        var reason = transport is null ? "an image of one's own has no agent"
            : overSsh ? $"asked for; over {transport.Name}, because {_plan.Transport!.Reason}"
            : _plan.Transport!.Reason;
        return new BootReport(
            _plan.Hypervisor.Name,
            _plan.Accelerator.Accelerator,
            _plan.Accelerator.Reason,
            overSsh ? TransportName.Of(SandboxTransport.Ssh) : transport!.Name,
            reason,
            machine.Limits.Held,
            machine.Limits.Missing,
            _attempt.Number,
            _options.TimeProvider.GetElapsedTime(_plan.Begun));
    }

    private GuestSettings Settings(ITransport transport, NetworkPlan network, SshSetup? ssh) => new()
    {
        HostName = _options.HostName ?? $"mayfly-{_plan.Id}",
        UnixTimeMs = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        Vsock = transport.Settings,
        Network = network.Settings,
        Ssh = ssh is null ? null : new SshSettings { AllAddresses = network.Card is not null },
        HasDisks = _options.Disks.Count > 0,
    };

    private MachineSpec Spec(string archive, ITransport? transport, NetworkCard? network, DiskPlan disks) => new()
    {
        Id = _plan.Id,
        KernelPath = _plan.KernelPath,
        InitramfsPaths = [.. _plan.InitramfsPaths, archive],
        Memory = _options.Memory,
        Cpus = _options.Cpus,
        Accelerator = _plan.Accelerator.Accelerator,
        Devices = transport is null ? [] : [transport.Device],
        Network = network,
        KernelArguments = _options.KernelArguments,
        Limits = new MachineLimits
        {
            Cpu = _options.Limits.Cpu,
            HostMemory = _options.Limits.HostMemory,
            Lifetime = _options.Limits.Lifetime,
            Console = _options.Limits.Console,
        },
        Disks = disks.Drives,
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
            SandboxLog.ReleaseFailed(_logger, _plan.Id, exception);
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
