namespace Mayfly;

/// <summary>
/// A record of where a sandbox's time goes. Give it to <see cref="SandboxOptions.Trace"/>; it may be read at any time and
/// from any thread. One trace records one sandbox.
/// </summary>
public sealed class SandboxTrace
{
    private const int MostPhases = 10_000;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<SandboxPhase> _phases = [];
    private readonly long _begun;

    // Of each flow of control, so that what goes on side by side does not look as if one were part of the other.
    private readonly AsyncLocal<int> _depth = new();

    /// <summary>Begins a trace.</summary>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public SandboxTrace(TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        _begun = _time.GetTimestamp();
    }

    /// <summary>The phases that have ended, in the order of their beginnings; the first 10,000.</summary>
    public IReadOnlyList<SandboxPhase> Phases
    {
        get
        {
            lock (_lock)
            {
                return [.. _phases.OrderBy(phase => phase.Begin).ThenBy(phase => phase.Depth)];
            }
        }
    }

    /// <summary>Begins a phase, which ends with the disposal of what is returned.</summary>
    internal IDisposable Begin(string name)
    {
        return new Running(this, name, _time.GetElapsedTime(_begun), _depth.Value++);
    }

    private void End(Running phase)
    {
        _depth.Value = phase.Depth;
        lock (_lock)
        {
            if (_phases.Count < MostPhases)
            {
                _phases.Add(new SandboxPhase(phase.Name, phase.Since, _time.GetElapsedTime(_begun) - phase.Since, phase.Depth));
            }
        }
    }

    private sealed class Running(SandboxTrace trace, string name, TimeSpan since, int depth) : IDisposable
    {
        private int _ended;

        public string Name => name;

        public TimeSpan Since => since;

        public int Depth => depth;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                trace.End(this);
            }
        }
    }
}
