using Mayfly.Cli.Output;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary>One job with everything a terminal user expects around it: signals, progress, and a word on how it ended.</summary>
/// <param name="job">The job, without what is added here.</param>
/// <param name="signals">What the user signals.</param>
/// <param name="quiet">Whether only errors are said.</param>
internal sealed class JobRun(SandboxJob job, HostSignals signals, bool quiet)
{
    /// <summary>How the machine came up, once it has.</summary>
    public BootReport? Boot { get; private set; }

    /// <summary>What the guest said of itself, once it has.</summary>
    public GuestInfo? Guest { get; private set; }

    /// <summary>Its network, once it has come up.</summary>
    public NetworkReport? Network { get; private set; }

    /// <summary>Its forwards, once they are open.</summary>
    public IReadOnlyList<SandboxForward> Forwards { get; private set; } = [];

    /// <summary>The job as given.</summary>
    public SandboxJob Job => job;

    /// <summary>Runs the job to its result.</summary>
    /// <param name="onCommandStarted">Called when the guest's command runs.</param>
    public async Task<SandboxJobResult> ToResultAsync(Action<ExecControl>? onCommandStarted = null)
    {
        using var display = ProgressDisplays.ForStandardError();
        var watched = job with
        {
            Sandbox = job.Sandbox with { Progress = quiet ? null : display },
            OnStarted = sandbox =>
            {
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

        return await watched.RunAsync(signals.Aborted).ConfigureAwait(false);
    }

    /// <summary>Runs the job with its output going to the process's own, and says what a user must know of its end.</summary>
    /// <param name="onCommandStarted">Called when the guest's command runs.</param>
    /// <param name="onFinished">Called when nothing of the guest is shown any more, whatever happened.</param>
    public async Task<int> ToExitCodeAsync(Action<ExecControl>? onCommandStarted = null, Action? onFinished = null)
    {
        try
        {
            SandboxJobResult result;
            try
            {
                result = await ToResultAsync(onCommandStarted).ConfigureAwait(false);
            }
            finally
            {
                onFinished?.Invoke();
            }

            if (EndMessage.Describe(job, result, signals.HasInterrupted) is { } message)
            {
                Messages.Say(message);
            }

            return EndMessage.ExitCode(result);
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
}
