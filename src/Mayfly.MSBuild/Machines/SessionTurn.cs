using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Machines;

/// <summary>The time that one step has a session for itself.</summary>
/// <param name="session">The session, whose turn was waited for.</param>
/// <param name="step">The step.</param>
internal sealed class SessionTurn(StepSession session, string step) : IMachineSource, IDisposable
{
    private string? _resumed;

    /// <summary>Keys of the steps before this one.</summary>
    public IReadOnlyList<string> PredecessorKeys => [.. session.Steps.Select(before => before.Key)];

    /// <summary>Whether this step must run, because one before it had to.</summary>
    public bool MustRun => session.HasNews;

    /// <summary>The step is up to date; should a later one need the machine, it is done there again first.</summary>
    public void Skip(CommandPlan plan, string key) => session.Add(new SessionStep(step, key, plan), isNews: false);

    /// <summary>The steps before this one that the machine has not seen; they come first.</summary>
    public IReadOnlyList<SessionStep> Unseen => [.. session.Steps.Where(before => !before.IsInMachine)];

    /// <summary>One of these is about to be done again.</summary>
    public void Resume(SessionStep skipped) => _resumed = skipped.Name;

    /// <summary>The step is about to run; from here on it may have left traces.</summary>
    public void Begin(CommandPlan plan, string key)
    {
        _resumed = null;
        session.Add(new SessionStep(step, key, plan) { IsInMachine = true }, isNews: true);
    }

    /// <summary>
    /// Runs a job in the session's machine. A machine that dies under it, or is left in the middle of it, is nobody's any more.
    /// </summary>
    public async Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken)
    {
        try
        {
            var result = await session.Machine.RunAsync(job, cancellationToken).ConfigureAwait(false);
            if (result.Exec.End.Kind == ExecEndKind.GuestDied)
            {
                await session.EndAsync($"it died in the step '{_resumed ?? step}'").ConfigureAwait(false);
            }

            return result;
        }
        catch (Exception exception) when (exception is SandboxSessionException || session.Machine.HasEnded)
        {
            await session.EndAsync($"it died in the step '{_resumed ?? step}'").ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException)
        {
            // The end of the build may be far, and its command is still in there perhaps.
            await session.EndAsync($"the step '{_resumed ?? step}' was cancelled in it").ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => session.Leave();
}
