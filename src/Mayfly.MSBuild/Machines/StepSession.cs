using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Machines;

/// <summary>
/// Steps of one project build that share a machine, one after the other. MSBuild keeps it from task to task, and disposes it at the
/// end of the build, however that comes.
/// </summary>
/// <param name="name">As the project has it.</param>
/// <param name="machine">The machine, which starts with its first command.</param>
internal sealed class StepSession(string name, ISessionMachine machine) : IDisposable
{
#pragma warning disable CA2213 // A task that is being cancelled may still leave; it has no handle to release.
    private readonly SemaphoreSlim _turn = new(1, 1);
#pragma warning restore CA2213
    private readonly List<SessionStep> _steps = [];
    private string? _end;

    /// <summary>As the project has it.</summary>
    public string Name => name;

    /// <summary>The machine.</summary>
    public ISessionMachine Machine => machine;

    /// <summary>The steps so far, in their order. Only to be read by whose turn it is.</summary>
    public IReadOnlyList<SessionStep> Steps => _steps;

    /// <summary>Whether a step has run because it had to, after which every other has to as well.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Waits until no other step is in the session.</summary>
    /// <param name="step">The step that wants to enter.</param>
    /// <param name="plan">The machine it wants, which must be the one the others have.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SandboxConfigurationException">MAY1104: another machine than a step before.</exception>
    /// <exception cref="MayflyException">MAY1115: the machine is lost.</exception>
    public async Task<SessionTurn> EnterAsync(string step, MachinePlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireAlive(step);
            RequireSame(step, plan);
            return new SessionTurn(this, step);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>The next step may enter.</summary>
    public void Leave() => _turn.Release();

    /// <summary>Takes a step in, at its end of the row.</summary>
    public void Add(SessionStep step, bool isNews)
    {
        _steps.Add(step);
        HasNews |= isNews;
    }

    /// <summary>Ends the session, whose machine nobody will use again.</summary>
    /// <param name="why">For those who come later.</param>
    public async Task EndAsync(string why)
    {
        _end ??= why;
        await machine.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>MSBuild's way of ending it, which is synchronous.</summary>
    public void Dispose()
    {
        try
        {
            EndAsync("the build is over").GetAwaiter().GetResult();
        }
        catch (MayflyException)
        {
            // No task is left that could tell. What could not be removed is taken by the next start's clearing up.
        }
    }

    private void RequireAlive(string step)
    {
        if (_end is null && machine.HasEnded)
        {
            _end = _steps.FindLast(seen => seen.IsInMachine) is { } last ? $"it ended after the step '{last.Name}'" : "it ended";
        }

        if (_end is { } why)
        {
            throw new MayflyException(
                ErrorCode.TaskSessionLost,
                $"the step '{step}' can't run, because the machine of the session '{name}' is gone: {why}. Build again; see the errors before this one for the cause.");
        }
    }

    private void RequireSame(string step, MachinePlan plan)
    {
        if (_steps is [var first, ..] && !(plan.Parts().SequenceEqual(first.Plan.Machine.Parts(), StringComparer.Ordinal) && plan.Cold == first.Plan.Machine.Cold))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"the steps '{first.Name}' and '{step}' share the machine of the session '{name}', but '{first.Name}' says {first.Plan.Machine} and '{step}' says {plan}. "
                + "Write the same in both, or give one of them another Session.");
        }
    }
}
