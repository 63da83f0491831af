using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

/// <summary>What can be done to a command while somebody else reads its output; see <see cref="ExecOptions.OnStarted"/>.</summary>
public sealed class ExecControl
{
    private readonly IGuestCommand _command;

    internal ExecControl(IGuestCommand command) => _command = command;

    /// <summary>The process id in the guest.</summary>
    public int ProcessId => _command.ProcessId;

    /// <summary>Whether the guest has not yet said how the command ended.</summary>
    public bool IsRunning => !_command.Outcome.IsCompleted;

    /// <summary>Sends a Linux signal, 1 to 64, to the command's foreground process group; does nothing once it has ended.</summary>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3020).</exception>
    public Task SignalAsync(int signal, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signal, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, 64);
        return ControlAsync(new SignalControl(signal), cancellationToken);
    }

    /// <summary>Tells the command's terminal its new size; does nothing once it has ended.</summary>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3020).</exception>
    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken = default) =>
        ControlAsync(new ResizeControl(new Protocol.TerminalSize(size.Columns, size.Rows)), cancellationToken);

    private async Task ControlAsync(Control control, CancellationToken cancellationToken)
    {
        try
        {
            await _command.ControlAsync(control, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionBrokenException broken)
        {
            throw new SandboxSessionException(
                Diagnostics.ErrorCode.SessionBroken, $"the command could not be reached: {broken.Message}", innerException: broken);
        }
    }
}
