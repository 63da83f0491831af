using System.Runtime.InteropServices;

namespace Mayfly.Cli.Signals;

/// <summary>
/// What signals to this process mean. The first SIGINT is the running command's own; the second, or one while no
/// command runs, gives up. SIGTERM, SIGHUP and SIGQUIT give up at once. Giving up means an orderly teardown.
/// </summary>
internal sealed class HostSignals : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private ExecControl? _command;
    private bool _interrupted;
    private int? _abortedBy;

    public HostSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Handle),
        ];
    }

    /// <summary>Cancelled when the user has given up.</summary>
    public CancellationToken Aborted => _abort.Token;

    /// <summary>The signal that made it so.</summary>
    public int? AbortedBy
    {
        get
        {
            lock (_gate)
            {
                return _abortedBy;
            }
        }
    }

    /// <summary>Whether an interrupt was passed on, which explains a command ended by that signal.</summary>
    public bool HasInterrupted
    {
        get
        {
            lock (_gate)
            {
                return _interrupted;
            }
        }
    }

    /// <summary>Takes a signal that came by another way than the kernel's.</summary>
    /// <param name="signal">Its number on Linux.</param>
    public void Take(int signal)
    {
        if (signal == LinuxSignal.Interrupt)
        {
            Interrupt();
        }
        else
        {
            Abort(signal);
        }
    }

    /// <summary>From now on the first interrupt goes to this command.</summary>
    public void PassInterruptTo(ExecControl command)
    {
        lock (_gate)
        {
            _command = command;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _abort.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Take(LinuxSignal.Of(context.Signal));
    }

    private void Interrupt()
    {
        ExecControl? command;
        lock (_gate)
        {
            command = _interrupted || _command is not { IsRunning: true } ? null : _command;
            _interrupted |= command is not null;
        }

        if (command is null)
        {
            Abort(LinuxSignal.Interrupt);
        }
        else
        {
            _ = PassOnAsync(command);
        }
    }

    private async Task PassOnAsync(ExecControl command)
    {
        try
        {
            await command.SignalAsync(LinuxSignal.Interrupt, Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MayflyException or OperationCanceledException)
        {
            // The machine is gone or going; the job itself says so.
        }
    }

    private void Abort(int signal)
    {
        lock (_gate)
        {
            _abortedBy ??= signal;
        }

        _abort.Cancel();
    }
}
