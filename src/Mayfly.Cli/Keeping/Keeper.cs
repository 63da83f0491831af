using Mayfly.Cli.Output;
using Mayfly.Cli.Signals;

namespace Mayfly.Cli.Keeping;

/// <summary>
/// What the keeper does when the command has ended: it lets the foreground go, and keeps the sandbox. It has nothing to say
/// from then on: there is nobody to hear it, and what would not go at the end is listed by <c>mayfly ps</c>.
/// </summary>
/// <param name="link">The foreground.</param>
/// <param name="signals">What the user signals; from the end of the command on, any signal ends the sandbox.</param>
/// <param name="quiet">Whether only errors are said.</param>
internal sealed class Keeper(KeeperLink link, HostSignals signals, bool quiet)
{
    /// <summary>Where standard input is read from, for a command.</summary>
    public DetachableInput Input { get; } = new();

    /// <summary>What the foreground has been told; null where nothing is kept, or not yet.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Keeps the sandbox until it ends, its lifetime is over, somebody removes it, or this process is signalled.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="exitCode">What the foreground ends with.</param>
    public async Task KeepAsync(Sandbox sandbox, string name, int exitCode)
    {
        signals.Aborted.ThrowIfCancellationRequested();
        await Input.DisposeAsync().ConfigureAwait(false);
        if (!quiet)
        {
            Messages.Say($"sandbox {name} ({sandbox.Id}) is kept. Reach it with 'mayfly ssh {name}', end it with 'mayfly rm {name}'");
        }

        ExitCode = exitCode;
        if (!link.TryDetach(exitCode))
        {
            return;
        }

        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = signals.Aborted.Register(aborted.SetResult);
        await Task.WhenAny(sandbox.Ended, aborted.Task).ConfigureAwait(false);
    }
}
