using Mayfly.Diagnostics;
using Mayfly.Session;

namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>It takes milliseconds, so that this much means never.</summary>
    private static readonly TimeSpan _freezeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Freezes the machine and saves its state. It is of no use afterwards but to be disposed of.</summary>
    /// <param name="statePath">The new file of the state, which belongs to the memory that it was started with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxImageException">MAY5005: something of the guest's is still in use, or the monitor refuses.</exception>
    internal async Task FreezeAsync(string statePath, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_freezeLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var connection = (AgentConnection)_connection;
            await connection.FreezeAsync(either.Token).ConfigureAwait(false);
            await _machine.SaveAsync(statePath, either.Token).ConfigureAwait(false);
            if (connection.Closed.IsCompleted)
            {
                throw new SandboxImageException(ErrorCode.TemplateFailed, "the guest has said something after it said that it can be frozen, so that its copies could not be woken");
            }

            // Before anything else of it: the end of a stream would be told to the guest's devices, and so be written to its memory.
            await _machine.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SandboxImageException(
                ErrorCode.TemplateFailed, $"the machine could not be frozen within {_freezeLimit.TotalSeconds:0} s. Boot instead of cloning: SandboxOptions.Cold (--cold).", exception);
        }
        catch (SessionBrokenException exception)
        {
            var end = await MachineEndAsync(exception.Message).ConfigureAwait(false);
            throw new SandboxImageException(ErrorCode.TemplateFailed, $"the machine ended before it could be frozen: {end.Message}", exception);
        }
    }
}
