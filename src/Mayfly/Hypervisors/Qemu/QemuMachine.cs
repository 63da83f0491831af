using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>A QEMU process under a warden, the conversation with its monitor, and its console.</summary>
internal sealed class QemuMachine : IMachine
{
    private readonly string _id;
    private readonly Warden _warden;
    private readonly MonitorStreams _streams;
    private readonly ILogger _logger;
    private readonly Lazy<Task> _disposal;
    private volatile bool _disposing;

    private QemuMachine(string id, Warden warden, MonitorStreams streams, ILogger logger)
    {
        _id = id;
        _warden = warden;
        _streams = streams;
        _logger = logger;
        Ended = WatchAsync();
        _disposal = new Lazy<Task>(EndAsync);
    }

    /// <inheritdoc/>
    public int ProcessId => _warden.ProcessId;

    /// <inheritdoc/>
    public ConsoleLog Console => _streams.Console;

    /// <inheritdoc/>
    public MachineLimitReport Limits => MachineLimitReport.Read(_warden.Notes);

    public IReadOnlyList<MappedPort> Ports => _streams.Ports;

    /// <inheritdoc/>
    public Task<SandboxEnd> Ended { get; }

    /// <inheritdoc/>
    public string CommandLine { get; private init; } = "";

    /// <summary>Starts QEMU and returns once its monitor answers. The machine's end is the warden's from then on.</summary>
    /// <exception cref="MayflyException">QEMU ended first, or has nothing to boot.</exception>
    public static async Task<QemuMachine> StartAsync(
        QemuProgram program,
        Warden warden,
        MachineSpec spec,
        long? tscKhz,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        if (spec.MemoryFile is not RestoredMemory)
        {
            KernelFile.Check(spec.KernelPath);
        }

        var initramfs = await JoinedInitramfs.JoinAsync(spec.InitramfsPaths, warden.Directory, cancellationToken).ConfigureAwait(false);
        var sockets = QemuSockets.In(warden.Directory);
        using var listeners = new MonitorListeners(sockets);
        var arguments = QemuArguments.Compose(spec, sockets, initramfs, tscKhz);
        await warden.RunAsync(MachinePlan.Compose(spec, [program.Path, .. arguments]), cancellationToken).ConfigureAwait(false);
        var streams = await listeners.ConnectAsync(warden, spec, cancellationToken).ConfigureAwait(false);
        Log.QemuStarted(logger, spec.Id, warden.ProcessId, string.Join(' ', arguments));
        return new QemuMachine(spec.Id, warden, streams, logger) { CommandLine = Mayfly.CommandLine.Quote([program.Path, .. arguments]) };
    }

    /// <inheritdoc/>
    public Task SaveAsync(string statePath, CancellationToken cancellationToken) => _streams.SaveAsync(statePath, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _disposal.Value.ConfigureAwait(false);

    private async Task<SandboxEnd> WatchAsync()
    {
        var wardenEnd = await _warden.Ended.ConfigureAwait(false);

        // QEMU's ends of the streams are closed now: read them to their ends, for the last words tell why.
        await _streams.DrainAsync().ConfigureAwait(false);
        var end = _disposing
            ? new SandboxEnd(SandboxEndCause.Disposed, "the machine was disposed of")
            : QemuEnd.Classify(wardenEnd, _streams.ShutdownReason, Console.GetText(ConsoleText.ReportedBytes), _warden.StandardErrorTail);
        Log.QemuEnded(_logger, _id, end.Cause, end.Message);
        return end;
    }

    private async Task EndAsync()
    {
        // An end that came before is kept as what it was: Ended is complete, or sees QEMU's own end first.
        _disposing = !_warden.Ended.IsCompleted;
        try
        {
            await _warden.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _streams.DisposeAsync().ConfigureAwait(false);
        }

        await Ended.ConfigureAwait(false);
    }
}
