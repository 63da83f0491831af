using Mayfly.Diagnostics;
using Mayfly.Session;

namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>Freezes the machine and saves its state. It is of no use afterwards but to be disposed of.</summary>
    /// <param name="statePath">The new file of the state, which belongs to the memory that it was started with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxImageException">MAY5005: something of the guest's is still in use, or the monitor refuses.</exception>
    internal async Task FreezeAsync(string statePath, CancellationToken cancellationToken)
    {
        try
        {
            await ((AgentConnection)_connection).FreezeAsync(cancellationToken).ConfigureAwait(false);
            await _machine.SaveAsync(statePath, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionBrokenException exception)
        {
            var end = await MachineEndAsync(exception.Message).ConfigureAwait(false);
            throw new SandboxImageException(ErrorCode.TemplateFailed, $"the machine ended before it could be frozen: {end.Message}", exception);
        }
    }
}
