using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Transports.Vsock;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>
/// A disposable microVM. Start it, push files, run commands, pull results; disposal leaves nothing behind. Commands
/// and transfers may run side by side.
/// </summary>
/// <example>
/// <code>
/// await using var sandbox = await Sandbox.StartAsync();
/// var result = await sandbox.ExecAsync(["uname", "-r"]);
/// </code>
/// </example>
public sealed partial class Sandbox : IAsyncDisposable
{
    private static readonly TimeSpan MachineEndPatience = TimeSpan.FromSeconds(5);

    private readonly IMachine _machine;
    private readonly IGuestConnection _connection;
    private readonly IVsockEndpoint? _vsock;
    private readonly AsyncStack _resources;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SandboxTrace? _trace;
    private bool _disposed;

    /// <param name="id">The sandbox's id.</param>
    /// <param name="machine">The running machine.</param>
    /// <param name="connection">The conversation with its agent.</param>
    /// <param name="vsock">The host's end of its vsock device; null where it has none.</param>
    /// <param name="resources">Everything to release, those above included.</param>
    /// <param name="boot">How it came up.</param>
    /// <param name="options">What it was made of.</param>
    internal Sandbox(
        string id,
        IMachine machine,
        IGuestConnection connection,
        IVsockEndpoint? vsock,
        AsyncStack resources,
        BootReport boot,
        SandboxOptions options)
    {
        Id = id;
        Boot = boot;
        Console = new SandboxConsole(machine.Console);
        Guest = Describe(connection.Guest);
        _machine = machine;
        _connection = connection;
        _vsock = vsock;
        _resources = resources;
        _time = options.TimeProvider;
        _logger = options.LoggerFactory.CreateLogger<Sandbox>();
        _trace = options.Trace;

        // Last in, so first out: their connections are still told of the end.
        resources.Push(_forwards);
        _ = EndForwardsWithTheSessionAsync();
    }

    /// <summary>Short, unique on this host; part of the machine's directory and host name.</summary>
    public string Id { get; }

    /// <summary>How the machine came up: monitor, accelerator and why, transport and why, duration.</summary>
    public BootReport Boot { get; }

    /// <summary>What the guest said of itself when it came up.</summary>
    public GuestInfo Guest { get; }

    /// <summary>The guest's console.</summary>
    public SandboxConsole Console { get; }

    /// <summary>How programs reach it over SSH; null where <see cref="SandboxOptions.Ssh"/> asked for none.</summary>
    public SshAccess? Ssh { get; internal init; }

    /// <summary>Completes when the machine has ended, for whatever reason; never faults.</summary>
    public Task<SandboxEnd> Ended => _machine.Ended;

    /// <summary>
    /// Starts a fresh machine and returns once its agent answers. It is a clone of a template of the same options, made where
    /// there is none; <see cref="SandboxOptions.Cold"/> boots it instead, as does what can't be cloned.
    /// </summary>
    /// <param name="options">What it is made of; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up the start and removes what was begun.</param>
    /// <exception cref="SandboxConfigurationException">An option or the host makes it impossible (MAY1xxx).</exception>
    /// <exception cref="SandboxImageException">The kernel or the image can't be had (MAY5xxx).</exception>
    /// <exception cref="SandboxBootException">The machine did not come up (MAY2xxx).</exception>
    /// <exception cref="MayflyException">The runtime directory is full or can't be used (MAY1020).</exception>
    public static async Task<Sandbox> StartAsync(SandboxOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sandbox = await SandboxStarter.StartAsync(options ?? new SandboxOptions(), cancellationToken).ConfigureAwait(false);
        return await SandboxObservation.AnnounceAsync(sandbox).ConfigureAwait(false);
    }

    /// <summary>Kills the machine and removes everything it owned. Safe to call more than once.</summary>
    /// <exception cref="MayflyException">Something could not be removed (MAY4001); the message names it.</exception>
    public async ValueTask DisposeAsync()
    {
        using var phase = _disposed ? null : _trace?.Begin("dispose");
        _disposed = true;
        await _resources.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The machine's end once the conversation is broken; kills a machine that outlives its conversation.</summary>
    private async Task<SandboxEnd> MachineEndAsync(string brokenBecause)
    {
        try
        {
            return await _machine.Ended.WaitAsync(MachineEndPatience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await KillAsync(brokenBecause).ConfigureAwait(false);
            return new SandboxEnd(SandboxEndCause.Disposed, $"{brokenBecause}; the machine was killed");
        }
    }

    private async Task KillAsync(string why)
    {
        Log.SandboxMachineKilled(_logger, Id, why);
        await _machine.DisposeAsync().ConfigureAwait(false);
    }

    private string ConsoleTail() => _machine.Console.GetText(ConsoleText.ReportedBytes);

    private static GuestInfo Describe(Hello hello) => new(
        GuestText.Neutralise(hello.KernelRelease ?? ""),
        GuestText.Neutralise(hello.Architecture ?? ""),
        GuestText.Neutralise(hello.HostName ?? ""),
        TimeSpan.FromMilliseconds(Math.Clamp(hello.UptimeMs ?? 0, 0, int.MaxValue)),
        [.. hello.Warnings.OfType<string>().Select(GuestText.Neutralise)]);
}
