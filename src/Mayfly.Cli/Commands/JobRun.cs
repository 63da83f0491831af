using Mayfly.Cli.Keeping;
using Mayfly.Cli.Output;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;
using Mayfly.Cli.Tracing;

namespace Mayfly.Cli.Commands;

/// <summary>One job with everything a terminal user expects around it: signals, progress, and a word on how it ended.</summary>
/// <param name="job">The job, without what is added here.</param>
/// <param name="signals">What the user signals.</param>
/// <param name="quiet">Whether only errors are said.</param>
/// <param name="keeper">Keeps the sandbox after the command; null where it goes with it.</param>
/// <param name="trace">Where it is recorded what takes how long; null for nowhere.</param>
/// <param name="outputs">Where the command writes, to be completed when it has ended; null where that needs no completion.</param>
internal sealed class JobRun(SandboxJob job, HostSignals signals, bool quiet, Keeper? keeper = null, RunTrace? trace = null, GuestOutputs? outputs = null)
{
    /// <summary>The sandbox's id, once it has come up.</summary>
    public string? SandboxId { get; private set; }

    /// <summary>How the machine came up, once it has.</summary>
    public BootReport? Boot { get; private set; }

    /// <summary>What the guest said of itself, once it has.</summary>
    public GuestInfo? Guest { get; private set; }

    /// <summary>Its network, once it has come up.</summary>
    public NetworkReport? Network { get; private set; }

    /// <summary>Its forwards, once they are open.</summary>
    public IReadOnlyList<SandboxForward> Forwards { get; private set; } = [];

    /// <summary>What has taken how long; null where nobody asked.</summary>
    public RunTrace? Trace => trace;

    /// <summary>The job as given.</summary>
    public SandboxJob Job => job;

    /// <summary>What the user has been told while the sandbox was kept; null where it was not.</summary>
    public int? ToldExitCode => keeper?.ExitCode;

    /// <summary>Runs the job to its result, which is null where there is no command, only a sandbox to keep.</summary>
    /// <param name="tell">Tells the user of the result before the sandbox is kept, and returns the exit code.</param>
    /// <param name="onCommandStarted">Called when the guest's command runs.</param>
    public async Task<SandboxJobResult?> ToResultAsync(Func<SandboxJobResult?, int> tell, Action<ExecControl>? onCommandStarted = null)
    {
        using var display = ProgressDisplays.ForStandardError();
        var watched = job with
        {
            Sandbox = job.Sandbox with { Progress = quiet ? null : display, Trace = trace?.Sandbox },
            OnStarted = sandbox =>
            {
                SandboxId = sandbox.Id;
                Boot = sandbox.Boot;
                Guest = sandbox.Guest;
                Network = sandbox.Network;
                Forwards = sandbox.Forwards;
                display.Clear();
                if (!quiet)
                {
                    RunMessages.SayStarted(sandbox, job.Sandbox.Network);
                }
            },
            Exec = job.Exec with
            {
                OnStarted = control =>
                {
                    display.Clear();
                    signals.PassInterruptTo(control);
                    onCommandStarted?.Invoke(control);
                },
            },
        };

        try
        {
            return keeper is null
                ? await watched.RunAsync(signals.Aborted).ConfigureAwait(false)
                : await watched.RunAndKeepAsync(KeepAsync, signals.Aborted).ConfigureAwait(false);
        }
        finally
        {
            await CompleteOutputsAsync().ConfigureAwait(false);
        }

        async Task KeepAsync(Sandbox sandbox, SandboxJobResult? result)
        {
            display.Clear();
            await CompleteOutputsAsync().ConfigureAwait(false);
            await keeper.KeepAsync(sandbox, job.Sandbox.Name!, tell(result)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the job with its output going to the process's own, and says what a user must know of its end.</summary>
    /// <param name="onCommandStarted">Called when the guest's command runs.</param>
    /// <param name="onFinished">Called when nothing of the guest is shown any more, whatever happened.</param>
    public async Task<int> ToExitCodeAsync(Action<ExecControl>? onCommandStarted = null, Action? onFinished = null)
    {
        try
        {
            SandboxJobResult? result;
            try
            {
                result = await ToResultAsync(Tell, onCommandStarted).ConfigureAwait(false);
            }
            finally
            {
                onFinished?.Invoke();
            }

            return ToldExitCode ?? Tell(result);
        }
        catch (Exception) when (signals.AbortedBy is { } signal)
        {
            return ExitCodes.OfSignal(signal);
        }
        catch (StandardStreamException exception) when (exception.IsBrokenPipe)
        {
            return ExitCodes.OfSignal(LinuxSignal.Pipe);
        }
        catch (StandardStreamException exception)
        {
            throw UsageError.HostStream(exception);
        }
    }

    private Task CompleteOutputsAsync() => outputs?.CompleteAsync(signals.Aborted) ?? Task.CompletedTask;

    private int Tell(SandboxJobResult? result)
    {
        if (result is null)
        {
            return ExitCodes.Success;
        }

        if (EndMessage.Describe(job, result, signals.HasInterrupted) is { } message)
        {
            Messages.Say(message);
        }

        return EndMessage.ExitCode(result);
    }
}
