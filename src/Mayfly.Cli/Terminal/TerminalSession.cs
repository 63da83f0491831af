using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>The host's terminal while it belongs to a command in the guest: raw, and its size passed on.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly Lock _gate = new();
    private RawMode? _raw;
    private PosixSignalRegistration? _resized;

    /// <summary>The command runs and has the terminal from now on.</summary>
    public void Begin(ExecControl command)
    {
        lock (_gate)
        {
            _raw = RawMode.Enter(HostTerminal.StandardInput);
            _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => PassSizeOn(command));
        }

        // The window may have changed while the machine came up.
        PassSizeOn(command);
    }

    /// <summary>The command has ended; the terminal is as it was.</summary>
    public void End()
    {
        lock (_gate)
        {
            _resized?.Dispose();
            _raw?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private static void PassSizeOn(ExecControl command) => _ = PassSizeOnAsync(command);

    private static async Task PassSizeOnAsync(ExecControl command)
    {
        try
        {
            await command.ResizeAsync(HostTerminal.SizeOf(HostTerminal.StandardInput)).ConfigureAwait(false);
        }
        catch (MayflyException)
        {
            // The machine is gone or going; the job itself says so.
        }
    }
}
