using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Layers;
using Mayfly.Networks;
using Mayfly.Ssh;
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
        _options = WithServerPort(options);
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

        if (_options.NeedsOpenSsh)
        {
            _ = await SshProgram.LocateAsync(cancellationToken).ConfigureAwait(false);
        }

        var disks = DiskImage.OpenAll(_options.Disks);
        var hypervisor = await QemuHypervisor.LocateAsync(_options.QemuPath, _logger, cancellationToken).ConfigureAwait(false);
        var (image, initramfs) = await GetImageAsync(cancellationToken).ConfigureAwait(false);
        var layers = new LayerPlan(await LayerStore.GetAllAsync(_options, _logger, cancellationToken).ConfigureAwait(false));
        var policy = new AccelerationPolicy(hypervisor, _options.TimeProvider, _logger);
        var accelerator = await policy.ChooseAsync(_options.Acceleration, image, cancellationToken).ConfigureAwait(false);
        var transport = await ChooseTransportAsync(hypervisor, cancellationToken).ConfigureAwait(false);

        _admitted = await WardenStarter.AdmitAsync(_agentPath, _id, Describe(accelerator.Accelerator), _options, cancellationToken).ConfigureAwait(false);
        try
        {
            SandboxLog.Starting(_logger, _id, _options.Memory, _options.Cpus, image.KernelPath, string.Join(", ", initramfs));
            _options.Progress?.Report(new SandboxProgress("booting"));
            var plan = new StartPlan(_id, hypervisor, image.KernelPath, initramfs, accelerator, transport, disks, layers, _options.TimeProvider.GetTimestamp());
            return await BootAsync(plan, cancellationToken).ConfigureAwait(false);
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

    private async Task<(GuestImage Image, IReadOnlyList<string> Initramfs)> GetImageAsync(CancellationToken cancellationToken)
    {
        var store = new ImageStore(_agentPath, _logger, _options.TimeProvider);
        var image = await store.GetAsync(_options, cancellationToken).ConfigureAwait(false);
        return _options.WantsSsh && !image.IsForeign
            ? (image, [image.InitramfsPath, await store.GetSshLayerAsync(_options.Progress, cancellationToken).ConfigureAwait(false)])
            : (image, [image.InitramfsPath]);
    }

    /// <summary>How the agent is reached: also where SSH is to carry the session, for its bytes travel that way.</summary>
    private async Task<TransportChoice?> ChooseTransportAsync(IHypervisor hypervisor, CancellationToken cancellationToken)
    {
        if (_options.InitramfsPath is not null)
        {
            return null;
        }

        var wanted = _options.Transport == SandboxTransport.Ssh ? SandboxTransport.Auto : _options.Transport;
        return await new TransportPolicy(hypervisor, _logger).ChooseAsync(wanted, hasOwnKernel: _options.KernelPath is not null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Sandbox> BootAsync(StartPlan plan, CancellationToken cancellationToken)
    {
        var watchdog = new BootWatchdog(_options.TimeProvider, _logger);

        // Whether an image of one's own has come up is its server's to say, who then is the one to be waited for.
        var repeats = plan.Transport is not null;
        var (attempt, _) = await watchdog.RunAsync(_options.BootTimeout, (number, token) => AttemptAsync(plan, number, token), repeats, cancellationToken).ConfigureAwait(false);
        var sandbox = await attempt.OpenAsync(cancellationToken).ConfigureAwait(false);

        SandboxLog.Started(_logger, _id, (long)sandbox.Boot.Duration.TotalMilliseconds, sandbox.Boot.Hypervisor, plan.Accelerator.Accelerator, plan.Accelerator.Reason);
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

    /// <summary>The first attempt has the place that was waited for; one that follows a stalled one takes it over.</summary>
    private async Task<SandboxAttempt> AttemptAsync(StartPlan plan, BootAttempt attempt, CancellationToken cancellationToken)
    {
        var warden = Interlocked.Exchange(ref _admitted, null)
            ?? await WardenStarter.StartAsync(_agentPath, _id, Describe(plan.Accelerator.Accelerator), _options, cancellationToken).ConfigureAwait(false);
        return await SandboxAttempt.BootAsync(plan, _options, attempt, warden, _logger, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The SSH server of an image of one's own is reached over the network, by a port that leads to it.</summary>
    private static SandboxOptions WithServerPort(SandboxOptions options)
    {
        var port = (options.Ssh ?? new SandboxSsh()).Port;
        return options.InitramfsPath is null || options.Network is TapNetwork ? options
            : options.Network is not UserNetwork user ? options with { Network = SandboxNetwork.User(new PortForward(port)) }
            : user.Forwards.Any(forward => forward.GuestPort == port && forward.Protocol == PortProtocol.Tcp) ? options
            : options with { Network = user with { Forwards = [.. user.Forwards, new PortForward(port)] } };
    }

    private string Describe(Acceleration accelerator) =>
        $"{_options.Memory}, {_options.Cpus} cpu, {accelerator.ToString().ToLowerInvariant()}";
}
