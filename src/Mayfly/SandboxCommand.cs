using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

/// <summary>
/// A command running in a sandbox, for those who stream or talk to it. Read both outputs or the command stops when
/// their windows are full. Disposal ends the command's process tree where it still runs.
/// </summary>
public sealed class SandboxCommand : IAsyncDisposable
{
    private readonly IGuestCommand _command;

    internal SandboxCommand(IGuestCommand command, Task<ExecEnd> completion)
    {
        _command = command;
        Completion = completion;
    }

    /// <summary>The process id in the guest; 0 where it could not start.</summary>
    public int ProcessId => _command.ProcessId;

    /// <summary>Standard input, write-only. Dispose it for end of file; writes wait for the command to read.</summary>
    public Stream Input => _command.Input;

    /// <summary>Standard output or the terminal, read-only.</summary>
    public Stream Output => _command.Output;

    /// <summary>Standard error, read-only; empty where the command has a terminal.</summary>
    public Stream Error => _command.Error;

    /// <summary>How the command ended. Completes when it has; never faults.</summary>
    public Task<ExecEnd> Completion { get; }

    /// <summary>Sends a Linux signal, 1 to 64, to the command's foreground process group.</summary>
    public Task SignalAsync(int signal, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signal, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, 64);
        return _command.ControlAsync(new SignalControl(signal), cancellationToken);
    }

    /// <summary>Tells the command's terminal its new size.</summary>
    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken = default) =>
        _command.ControlAsync(new ResizeControl(new Protocol.TerminalSize(size.Columns, size.Rows)), cancellationToken);

    /// <summary>Ends the whole process tree: SIGTERM, the grace period, SIGKILL. <see cref="Completion"/> tells when.</summary>
    public Task CancelAsync(CancellationToken cancellationToken = default) =>
        _command.ControlAsync(new CancelControl(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
