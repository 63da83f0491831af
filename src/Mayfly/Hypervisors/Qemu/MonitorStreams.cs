using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mayfly.Diagnostics;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What QEMU tells over its two sockets: the monitor's events and the guest's console.</summary>
internal sealed class MonitorStreams : IAsyncDisposable
{
    private const string StateName = "state";

    private readonly Stream _consoleStream;
    private readonly Task _consoleDrained;
    private QmpClient? _control;
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> _saved = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>Has a restored machine go on from its state, and returns when it runs.</summary>
    /// <param name="descriptor">Where QEMU has inherited the state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QmpException">QEMU refused, or closed the conversation, as it does when the state does not fit.</exception>
    public async Task RestoreAsync(int descriptor, CancellationToken cancellationToken)
    {
        await SetCapabilitiesAsync(["x-ignore-shared"], cancellationToken).ConfigureAwait(false);
        var uri = string.Create(CultureInfo.InvariantCulture, $"fd:{descriptor}");
        await _control!.ExecuteAsync("migrate-incoming", new JsonObject { ["uri"] = uri }, cancellationToken).ConfigureAwait(false);
        if (await Task.WhenAny(_running.Task, _control.Closed).WaitAsync(cancellationToken).ConfigureAwait(false) != _running.Task)
        {
            throw new QmpException(await _control.Closed.ConfigureAwait(false));
        }
    }

    /// <summary>
    /// Writes the machine's state, memory left out, to a new file, and leaves it stopped. It is not stopped before, since its
    /// copies go on in whatever state it was in.
    /// </summary>
    /// <exception cref="SandboxImageException">MAY5005: QEMU refuses or fails.</exception>
    public async Task SaveAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: 0);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await SetCapabilitiesAsync(["events", "x-ignore-shared"], cancellationToken).ConfigureAwait(false);

            // QEMU may start no program and knows no files as destinations before 8.2, but takes a descriptor.
            await _control!.SendAsync("getfd", new JsonObject { ["fdname"] = StateName }, file, cancellationToken).ConfigureAwait(false);
            await _control.ExecuteAsync("migrate", new JsonObject { ["uri"] = $"fd:{StateName}" }, cancellationToken).ConfigureAwait(false);
            var first = await Task.WhenAny((Task)_saved.Task, _control.Closed).WaitAsync(cancellationToken).ConfigureAwait(false);
            if ((first == _saved.Task ? await _saved.Task.ConfigureAwait(false) : await _control.Closed.ConfigureAwait(false)) is { } failure)
            {
                throw new QmpException(failure);
            }
        }
        catch (Exception exception) when (exception is QmpException or IOException or UnauthorizedAccessException)
        {
            throw new SandboxImageException(
                ErrorCode.TemplateFailed, $"the machine could not be frozen: {exception.Message}. Boot instead of cloning: SandboxOptions.Cold (--cold).", exception);
        }
    }

    private Task SetCapabilitiesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var capabilities = new JsonArray([.. names.Select(name => new JsonObject { ["capability"] = name, ["state"] = true })]);
        return _control!.ExecuteAsync("migrate-set-capabilities", new JsonObject { ["capabilities"] = capabilities }, cancellationToken);
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
        switch (occurrence.Name)
        {
            case "SHUTDOWN":
                _shutdownReason = occurrence.TryGetText("reason");
                break;
            case "RESUME":
                _running.TrySetResult();
                break;
            case "MIGRATION" when occurrence.TryGetText("status") is { } status:
                if (status is "completed")
                {
                    _saved.TrySetResult(null);
                }
                else if (status is "failed" or "cancelled")
                {
                    _saved.TrySetResult($"the monitor says that saving the state has {status}");
                }

                break;
            default:
                break;
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
