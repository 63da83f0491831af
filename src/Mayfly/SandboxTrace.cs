namespace Mayfly;

/// <summary>
/// A record of where a sandbox's time goes. Give it to <see cref="SandboxOptions.Trace"/>; it may be read at any time and
/// from any thread. One trace records one sandbox.
/// </summary>
public sealed class SandboxTrace
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<SandboxPhase> _phases = [];
    private readonly long _begun;
    private int _depth;

    /// <summary>Begins a trace.</summary>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public SandboxTrace(TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        _begun = _time.GetTimestamp();
    }

    /// <summary>The phases that have ended, in the order of their beginnings.</summary>
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
        lock (_lock)
        {
            return new Running(this, name, _time.GetElapsedTime(_begun), _depth++);
        }
    }

    private void End(Running phase)
    {
        lock (_lock)
        {
            _depth--;
            _phases.Add(new SandboxPhase(phase.Name, phase.Since, _time.GetElapsedTime(_begun) - phase.Since, phase.Depth));
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
