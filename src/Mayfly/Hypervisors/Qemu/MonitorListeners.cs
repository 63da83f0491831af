using Mayfly.Supervision;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>The sockets that exist before QEMU does, so that it connects without races or polling.</summary>
internal sealed class MonitorListeners : IDisposable
{
    /// <summary>From the loss of its monitor to the end of a QEMU that is ending.</summary>
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(5);

    private readonly ListeningSocket _control;
    private readonly ListeningSocket _console;

    /// <summary>Binds both.</summary>
    public MonitorListeners(QemuSockets sockets)
    {
        _control = new ListeningSocket(sockets.Control);
        try
        {
            _console = new ListeningSocket(sockets.Console);
        }
        catch
        {
            _control.Dispose();
            throw;
        }
    }

    /// <summary>Waits for QEMU to connect and to answer, or to end.</summary>
    /// <exception cref="MayflyException">QEMU ended first; the message says with which words.</exception>
    public async Task<MonitorStreams> ConnectAsync(Warden warden, MachineSpec spec, CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connecting = ConnectAsync(spec, abandoned.Token);
        if (await Task.WhenAny(connecting, warden.Ended).ConfigureAwait(false) != connecting)
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            return await connecting.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // Both mean that QEMU is ending, and how it ends says why. One that closes its monitor and lives on is killed.
            if (await Task.WhenAny(warden.Ended, Task.Delay(_endLimit, cancellationToken)).ConfigureAwait(false) != warden.Ended)
            {
                await warden.DisposeAsync().ConfigureAwait(false);
            }

            throw EarlyExit.Explain(await warden.Ended.ConfigureAwait(false), warden.StandardErrorTail, spec);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _control.Dispose();
        _console.Dispose();
    }

    private async Task<MonitorStreams> ConnectAsync(MachineSpec spec, CancellationToken cancellationToken)
    {
        var streams = new MonitorStreams(await _console.AcceptAsync(cancellationToken).ConfigureAwait(false), spec.Limits.Console);
        try
        {
            var control = await _control.AcceptAsync(cancellationToken).ConfigureAwait(false);
            await streams.OpenControlAsync(control, cancellationToken).ConfigureAwait(false);
            if (spec.Network is UserNetworkCard { Forwards: { Count: > 0 } forwards })
            {
                await streams.LearnPortsAsync(forwards, cancellationToken).ConfigureAwait(false);
            }

            if (spec.MemoryFile is RestoredMemory)
            {
                await streams.RestoreAsync(QemuArguments.StateDescriptor(spec), cancellationToken).ConfigureAwait(false);
            }

            return streams;
        }
        catch
        {
            await streams.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
