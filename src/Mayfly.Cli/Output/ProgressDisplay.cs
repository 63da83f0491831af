using System.Globalization;

namespace Mayfly.Cli.Output;

/// <summary>
/// Shows what long work is at, from time to time, and only work that is long. Reports come from any thread and cost
/// nothing; a timer decides when something is shown.
/// </summary>
internal sealed class ProgressDisplay : IProgress<SandboxProgress>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _patience;
    private readonly TimeSpan _interval;
    private readonly Action<string> _show;
    private readonly Action _erase;
    private readonly ITimer _timer;
    private SandboxProgress? _current;
    private bool _shown;

    /// <param name="time">The clock.</param>
    /// <param name="patience">How long work must last before it is shown.</param>
    /// <param name="interval">Between two showings.</param>
    /// <param name="show">Shows a line.</param>
    /// <param name="erase">Removes what is shown, where that is possible.</param>
    public ProgressDisplay(TimeProvider time, TimeSpan patience, TimeSpan interval, Action<string> show, Action erase)
    {
        _patience = patience;
        _interval = interval;
        _show = show;
        _erase = erase;
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Report(SandboxProgress value)
    {
        lock (_gate)
        {
            if (_current is null)
            {
                _timer.Change(_patience, _interval);
            }

            _current = value;
        }
    }

    /// <summary>The work reported so far is over; what is shown of it goes.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _current = null;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_shown)
            {
                _shown = false;
                _erase();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _timer.Dispose();
    }

    /// <summary>The line that tells a step.</summary>
    public static string Describe(SandboxProgress progress) => progress switch
    {
        { Completed: { } done, Total: { Bytes: > 0 } total } => string.Create(
            CultureInfo.InvariantCulture, $"{progress.Activity}: {Mebi(done):0.0} of {Mebi(total):0.0} MiB"),
        { Completed: { Bytes: > 0 } done } => string.Create(CultureInfo.InvariantCulture, $"{progress.Activity}: {Mebi(done):0.0} MiB"),
        _ => progress.Activity,
    };

    private static double Mebi(ByteSize size) => size.Bytes / (1024.0 * 1024.0);

    private void Tick()
    {
        lock (_gate)
        {
            if (_current is { } current)
            {
                _shown = true;
                _show(Describe(current));
            }
        }
    }
}
