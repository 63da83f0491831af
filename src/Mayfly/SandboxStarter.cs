using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Networks;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Supervision;
using Mayfly.Transports;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>The way from options to a sandbox that answers. What was begun is released in reverse when it fails.</summary>
internal sealed class SandboxStarter
{
    private readonly SandboxOptions _options;
    private readonly ILogger _logger;
    private readonly string _id = SandboxId.Create();
    private readonly string _agentPath = AgentBinary.Locate();
    private Warden? _admitted;

    private SandboxStarter(SandboxOptions options)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<Sandbox>();
    }

    /// <summary>Starts a sandbox; see <see cref="Sandbox.StartAsync"/>.</summary>
    public static async Task<Sandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        SandboxOptionsCheck.Validate(options);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await new SandboxStarter(options).StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            var why = exception.InnerException is { } cause ? $"{exception.Message} ({cause.Message})" : exception.Message;
            throw new MayflyException(
                ErrorCode.ResourceUnavailable,
                $"the runtime directory {RuntimeRoot.Locate()} can't be used: {why}. Make room there, or set XDG_RUNTIME_DIR to a directory with some.",
                exception);
        }
    }

    private async Task<Sandbox> StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Network is TapNetwork tap)
        {
            TapHost.Own.Require(tap);
        }

        var disks = DiskImage.OpenAll(_options.Disks);
        var hypervisor = await QemuHypervisor.LocateAsync(_options.QemuPath, _logger, cancellationToken).ConfigureAwait(false);
        var store = new ImageStore(_agentPath, _logger, _options.TimeProvider);
        var image = await store.GetAsync(_options.KernelPath, _options.Progress, cancellationToken).ConfigureAwait(false);
        var policy = new AccelerationPolicy(hypervisor, _options.TimeProvider, _logger);
        var choice = await policy.ChooseAsync(_options.Acceleration, image, cancellationToken).ConfigureAwait(false);
        var wayIn = await new TransportPolicy(hypervisor, _logger)
            .ChooseAsync(_options.Transport, hasOwnKernel: _options.KernelPath is not null, cancellationToken).ConfigureAwait(false);

        _admitted = await WardenStarter.AdmitAsync(_agentPath, _id, Describe(choice.Accelerator), _options, cancellationToken).ConfigureAwait(false);
        try
        {
            return await BootAsync(hypervisor, image, disks, choice, wayIn, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Still here where something has thrown before the first attempt.
            if (Interlocked.Exchange(ref _admitted, null) is { } unused)
            {
                await unused.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Sandbox> BootAsync(
        IHypervisor hypervisor,
        GuestImage image,
        IReadOnlyList<DiskImage> disks,
        AcceleratorChoice choice,
        TransportChoice wayIn,
        CancellationToken cancellationToken)
    {
        SandboxLog.Starting(_logger, _id, _options.Memory, _options.Cpus, image.KernelPath, image.InitramfsPath);
        _options.Progress?.Report(new SandboxProgress("booting"));
        var begun = _options.TimeProvider.GetTimestamp();
        var watchdog = new BootWatchdog(_options.TimeProvider, _logger);
        var (sandbox, _) = await watchdog.RunAsync(
            _options.BootTimeout,
            (attempt, token) => BootAsync(attempt, hypervisor, image, disks, choice, wayIn, begun, token),
            cancellationToken).ConfigureAwait(false);

        SandboxLog.Started(_logger, _id, (long)sandbox.Boot.Duration.TotalMilliseconds, sandbox.Boot.Hypervisor, choice.Accelerator, choice.Reason);
        foreach (var limit in sandbox.Boot.MissingLimits)
        {
            SandboxLog.LimitMissing(_logger, _id, limit);
        }

        foreach (var warning in sandbox.Guest.Warnings)
        {
            SandboxLog.GuestWarning(_logger, _id, warning);
        }

        return sandbox;
    }

    private async Task<Sandbox> BootAsync(
        BootAttempt attempt,
        IHypervisor hypervisor,
        GuestImage image,
        IReadOnlyList<DiskImage> images,
        AcceleratorChoice choice,
        TransportChoice wayIn,
        long begun,
        CancellationToken cancellationToken)
    {
        var resources = new AsyncStack();
        Warden? warden = null;
        try
        {
            // The first attempt has the place that was waited for; one that follows a stalled one takes it over.
            warden = resources.Push(Interlocked.Exchange(ref _admitted, null)
                ?? await WardenStarter.StartAsync(_agentPath, _id, Describe(choice.Accelerator), _options, cancellationToken).ConfigureAwait(false));
            var network = resources.Push(NetworkPlan.Make(_options.Network, _id));
            var transport = resources.Push(await TransportFactory.CreateAsync(wayIn.Transport, warden.Directory, _options.TimeProvider, _logger).ConfigureAwait(false));
            var disks = DiskPlan.Make(images, _id, warden.Directory);
            var settings = Path.Combine(warden.Directory, "settings.cpio");
            await SandboxArchive.WriteAsync(settings, Settings(transport, network), cancellationToken).ConfigureAwait(false);

            attempt.Phase = "the hypervisor to start";
            var spec = Spec(image, settings, choice.Accelerator, transport.Device, network.Card, disks);
            var machine = resources.Push(await hypervisor.StartAsync(spec, warden, cancellationToken).ConfigureAwait(false));
            attempt.Console = machine.Console;

            attempt.Phase = "the guest's agent to speak";
            var connection = resources.Push(await ConnectAsync(transport, machine, cancellationToken).ConfigureAwait(false));
            var report = new BootReport(
                hypervisor.Name, choice.Accelerator, choice.Reason, transport.Name, wayIn.Reason, machine.Limits.Held, machine.Limits.Missing, attempt.Number, _options.TimeProvider.GetElapsedTime(begun));
            return new Sandbox(_id, machine, connection, transport.Vsock, resources, report, _options) { Network = network.Report(machine.Ports) };
        }
        catch (Exception exception) when (warden is not null && exception is (IOException or UnauthorizedAccessException or SocketException))
        {
            var explained = await ExplainAsync(exception, warden).ConfigureAwait(false);
            await ReleaseAsync(resources).ConfigureAwait(false);
            throw explained;
        }
        catch
        {
            await ReleaseAsync(resources).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The conversation, or why the machine ended instead: whichever comes first, without waiting for a timeout.</summary>
    private async Task<IGuestConnection> ConnectAsync(ITransport transport, IMachine machine, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = OpenAsync(transport, giveUp.Token);
        if (await Task.WhenAny(opening, machine.Ended).ConfigureAwait(false) == opening && !opening.IsFaulted)
        {
            return await opening.ConfigureAwait(false);
        }

        await giveUp.CancelAsync().ConfigureAwait(false);
        var failure = await FailureOf(opening).ConfigureAwait(false);
        if (failure is null)
        {
            return await opening.ConfigureAwait(false);
        }

        // Broken streams are mostly the first sign of a machine that is ending; its own end tells more.
        var ended = await Task.WhenAny(machine.Ended, Task.Delay(TimeSpan.FromSeconds(2), _options.TimeProvider, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw ended == machine.Ended
            ? Explain(await machine.Ended.ConfigureAwait(false), machine.Console)
            : failure is SandboxVsockException
            ? new SandboxBootException(
                ErrorCode.HandshakeFailed,
                $"the guest could not be reached over {transport.Name}: {failure.Message} Try another way in, such as SandboxTransport.Serial (--transport serial).",
                machine.Console.GetText(ConsoleText.ReportedBytes),
                failure)
            : new SandboxBootException(
                ErrorCode.HandshakeFailed,
                $"the guest's agent does not speak as it should: {failure.Message}. An image of another Mayfly version is the likely cause; remove the cache folder to have it made again.",
                machine.Console.GetText(ConsoleText.ReportedBytes),
                failure);
    }

    private async Task<IGuestConnection> OpenAsync(ITransport transport, CancellationToken cancellationToken)
    {
        var stream = await transport.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await AgentConnection.OpenAsync(stream, _options.TimeProvider, _logger, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why something could not be put into the sandbox's directory: it is full, or gone with its warden.</summary>
    private async Task<MayflyException> ExplainAsync(Exception exception, Warden warden)
    {
        if (Directory.Exists(warden.Directory))
        {
            return new MayflyException(
                ErrorCode.ResourceUnavailable,
                $"the sandbox's directory {warden.Directory} can't be filled: {exception.Message}. Make room there, or set XDG_RUNTIME_DIR to a directory with some.",
                exception);
        }

        // Nobody but its guardians removes it, and the end of those is about to be known.
        var ended = await Task.WhenAny(warden.Ended, Task.Delay(TimeSpan.FromSeconds(2), _options.TimeProvider)).ConfigureAwait(false);
        return new SandboxBootException(
            ErrorCode.HypervisorExitedEarly,
            $"the sandbox's directory {warden.Directory} has vanished: {(ended == warden.Ended ? "its warden was killed" : "somebody has removed it")} before the hypervisor could start.",
            "",
            exception);
    }

    private SandboxBootException Explain(SandboxEnd end, ConsoleLog console) => end.Cause switch
    {
        SandboxEndCause.Panicked => GuestPanic.Explain(console.GetText(ConsoleText.ReportedBytes), _options.Memory),
        SandboxEndCause.PoweredOff => new SandboxBootException(
            ErrorCode.HandshakeFailed,
            $"the guest switched itself off before its agent spoke: {end.Message}. With a kernel of your own, check that virtio-mmio and virtio-console are built in, and with vsock vmw_vsock_virtio_transport.",
            console.GetText(ConsoleText.ReportedBytes)),
        _ => new SandboxBootException(ErrorCode.HypervisorExitedEarly, $"the hypervisor ended while the guest booted: {end.Message}", console.GetText(ConsoleText.ReportedBytes)),
    };

    private GuestSettings Settings(ITransport transport, NetworkPlan network) => new()
    {
        HostName = _options.HostName ?? $"mayfly-{_id}",
        UnixTimeMs = _options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        Vsock = transport.Settings,
        Network = network.Settings,
        HasDisks = _options.Disks.Count > 0,
    };

    private MachineSpec Spec(GuestImage image, string settings, Acceleration accelerator, GuestDevice device, NetworkCard? network, DiskPlan disks) => new()
    {
        Id = _id,
        KernelPath = image.KernelPath,
        InitramfsPaths = [image.InitramfsPath, settings],
        Memory = _options.Memory,
        Cpus = _options.Cpus,
        Accelerator = accelerator,
        Devices = [device],
        Network = network,
        Limits = new MachineLimits
        {
            Cpu = _options.Limits.Cpu,
            HostMemory = _options.Limits.HostMemory,
            Lifetime = _options.Limits.Lifetime,
            Console = _options.Limits.Console,
        },
        Disks = disks.Drives,
        Resources = disks.Resources,
        KernelArguments = _options.KernelArguments,
    };

    private string Describe(Acceleration accelerator) =>
        $"{_options.Memory}, {_options.Cpus} cpu, {accelerator.ToString().ToLowerInvariant()}";

    private async Task ReleaseAsync(AsyncStack resources)
    {
        try
        {
            await resources.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The first error is the one to report; this one must not hide it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SandboxLog.ReleaseFailed(_logger, _id, exception);
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
