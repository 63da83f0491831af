using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What QEMU tells over its two sockets: the monitor's events and the guest's console.</summary>
internal sealed class MonitorStreams : IAsyncDisposable
{
    private readonly Stream _consoleStream;
    private readonly Task _consoleDrained;
    private QmpClient? _control;
    private volatile string? _shutdownReason;

    /// <summary>Starts to drain the console; a guest must not block on it.</summary>
    /// <param name="console">Where the console comes from.</param>
    /// <param name="kept">How much of it is kept.</param>
    public MonitorStreams(Stream console, ByteSize kept)
    {
        _consoleStream = console;
        Console = new ConsoleLog((int)kept.Bytes);
        _consoleDrained = DrainConsoleAsync();
    }

    /// <summary>What the guest wrote to its console.</summary>
    public ConsoleLog Console { get; }

    /// <summary>The ports that QEMU has bound, once it has been asked.</summary>
    public IReadOnlyList<MappedPort> Ports { get; private set; } = [];

    /// <summary>The reason in QEMU's last SHUTDOWN event; null where there was none.</summary>
    public string? ShutdownReason => _shutdownReason;

    /// <summary>Opens the conversation with the monitor. The streams own it from now on.</summary>
    /// <exception cref="QmpException">QEMU closed it.</exception>
    public async Task OpenControlAsync(Stream control, CancellationToken cancellationToken) =>
        _control = await QmpClient.OpenAsync(control, OnEvent, cancellationToken).ConfigureAwait(false);

    /// <summary>Asks QEMU which ports it has bound; the conversation must be open.</summary>
    /// <exception cref="QmpException">QEMU closed it.</exception>
    /// <exception cref="SandboxConfigurationException">MAY1003: the answer makes no sense.</exception>
    public async Task LearnPortsAsync(IReadOnlyList<PortForward> forwards, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject { ["command-line"] = BoundPorts.Question };
        var answer = await _control!.ExecuteAsync("human-monitor-command", arguments, cancellationToken).ConfigureAwait(false);
        Ports = BoundPorts.Read(forwards, answer.ValueKind == JsonValueKind.String ? answer.GetString()! : "");
    }

    /// <summary>Completes when both streams have been read to their ends; never faults.</summary>
    public async Task DrainAsync()
    {
        await _consoleDrained.ConfigureAwait(false);
        if (_control is not null)
        {
            await _control.Closed.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
        {
            await _control.DisposeAsync().ConfigureAwait(false);
        }

        await _consoleStream.DisposeAsync().ConfigureAwait(false);
        await _consoleDrained.ConfigureAwait(false);
    }

    private void OnEvent(QmpEvent occurrence)
    {
        if (occurrence.Name == "SHUTDOWN")
        {
            _shutdownReason = occurrence.TryGetText("reason");
        }
    }

    private async Task DrainConsoleAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await _consoleStream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                Console.Write(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // QEMU is gone; what it wrote until then has been read.
        }
    }
}
