using Mayfly.Hypervisors;
using Mayfly.Supervision;
using Mayfly.Templates;
using Mayfly.Transports;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>Starts one machine, by a boot or from a template, and gives the sandbox. What was begun is released in reverse when it fails.</summary>
internal sealed class MachineStarter
{
    private readonly StartBasis _basis;
    private readonly SandboxOptions _options;
    private readonly ILogger _logger;
    private readonly string _id = SandboxId.Create();
    private Warden? _admitted;

    private MachineStarter(StartBasis basis, SandboxOptions options)
    {
        _basis = basis;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<Sandbox>();
    }

    /// <summary>Boots a machine.</summary>
    /// <param name="basis">What it rests on.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="reason">Why it is booted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Sandbox> BootAsync(StartBasis basis, SandboxOptions options, string reason, CancellationToken cancellationToken)
    {
        var starter = new MachineStarter(basis, options);
        var transport = await starter.ChooseTransportAsync(cancellationToken).ConfigureAwait(false);
        return await starter.StartAsync(transport, null, SandboxStart.Boot, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Boots a machine that can be frozen, with its memory in a new file.</summary>
    /// <param name="basis">What it rests on.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="memoryPath">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<Sandbox> RecordAsync(StartBasis basis, SandboxOptions options, string memoryPath, CancellationToken cancellationToken) =>
        new MachineStarter(basis, options).StartAsync(
            ForTemplates(options), new RecordedMemory(memoryPath), SandboxStart.Boot, "to be frozen as a template", cancellationToken);

    /// <summary>Makes a clone of a frozen machine.</summary>
    /// <param name="basis">What both rest on.</param>
    /// <param name="options">What the clone is made of.</param>
    /// <param name="template">The frozen machine; its files are open once this returns.</param>
    /// <param name="start">How the sandbox is to say that it came about.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<Sandbox> CloneAsync(
        StartBasis basis, SandboxOptions options, TemplateLease template, SandboxStart start, string reason, CancellationToken cancellationToken) =>
        new MachineStarter(basis, options).StartAsync(
            ForTemplates(options), new RestoredMemory(template.MemoryPath, template.StatePath), start, reason, cancellationToken);

    /// <summary>Device state with other devices than those that were frozen can't be restored.</summary>
    private static TransportChoice ForTemplates(SandboxOptions options) => new(
        SandboxTransport.Serial, options.Transport == SandboxTransport.Serial ? "asked for" : "clones are reached over virtio-serial");

    private async Task<Sandbox> StartAsync(
        TransportChoice? transport, MachineMemory? memory, SandboxStart start, string reason, CancellationToken cancellationToken)
    {
        using (_options.Trace?.Begin("warden"))
        {
            _admitted = await WardenStarter.AdmitAsync(_basis.AgentPath, _id, Describe(), _options, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            Log.SandboxStarting(_logger, _id, _options.Memory, _options.Cpus, _basis.Image.KernelPath, string.Join(", ", _basis.InitramfsPaths));
            _options.Progress?.Report(new SandboxProgress(memory is RestoredMemory ? "cloning" : "booting"));
            var plan = new StartPlan(_id, _basis, transport, memory, start, reason, _options.TimeProvider.GetTimestamp());
            return await RunAsync(plan, cancellationToken).ConfigureAwait(false);
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

    /// <summary>How the agent is reached: also where SSH is to carry the session, for its bytes travel that way.</summary>
    private async Task<TransportChoice?> ChooseTransportAsync(CancellationToken cancellationToken)
    {
        if (_options.InitramfsPath is not null)
        {
            return null;
        }

        var wanted = _options.Transport == SandboxTransport.Ssh ? SandboxTransport.Auto : _options.Transport;
        var policy = new TransportPolicy(_basis.Hypervisor, _logger);
        return await policy.ChooseAsync(wanted, hasOwnKernel: _options.KernelPath is not null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Sandbox> RunAsync(StartPlan plan, CancellationToken cancellationToken)
    {
        var watchdog = new BootWatchdog(_options.TimeProvider, _logger);

        // Whether an image of one's own has come up is its server's to say, who then is the one to be waited for.
        var repeats = plan.Transport is not null;
        var (attempt, _) = await watchdog.RunAsync(_options.BootTimeout, (number, token) => AttemptAsync(plan, number, token), repeats, cancellationToken).ConfigureAwait(false);
        var sandbox = await attempt.OpenAsync(cancellationToken).ConfigureAwait(false);

        var accelerator = _basis.Accelerator;
        Log.SandboxStarted(_logger, _id, (long)sandbox.Boot.Duration.TotalMilliseconds, sandbox.Boot.Hypervisor, accelerator.Accelerator, accelerator.Reason);
        foreach (var limit in sandbox.Boot.MissingLimits)
        {
            Log.SandboxLimitMissing(_logger, _id, limit);
        }

        foreach (var warning in sandbox.Guest.Warnings)
        {
            Log.SandboxGuestWarning(_logger, _id, warning);
        }

        return sandbox;
    }

    /// <summary>The first attempt has the place that was waited for; one that follows a stalled one takes it over.</summary>
    private async Task<SandboxAttempt> AttemptAsync(StartPlan plan, BootAttempt attempt, CancellationToken cancellationToken)
    {
        var warden = Interlocked.Exchange(ref _admitted, null)
            ?? await WardenStarter.StartAsync(_basis.AgentPath, _id, Describe(), _options, cancellationToken).ConfigureAwait(false);
        return await SandboxAttempt.BootAsync(plan, _options, attempt, warden, _logger, cancellationToken).ConfigureAwait(false);
    }

    private string Describe() => $"{_options.Memory}, {_options.Cpus} cpu, {_basis.Accelerator.Accelerator.ToString().ToLowerInvariant()}";
}
