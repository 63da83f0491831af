namespace Mayfly.Xunit.Guests.Machines;

/// <summary>The progress of making something, and not of what becomes of it.</summary>
/// <param name="inner">Who hears it.</param>
internal sealed class ProgressUntilMade(IProgress<SandboxProgress> inner) : IProgress<SandboxProgress>
{
    private volatile bool _isMade;

    /// <summary>It is made, or can't be.</summary>
    public void End() => _isMade = true;

    /// <inheritdoc/>
    public void Report(SandboxProgress value)
    {
        if (!_isMade)
        {
            inner.Report(value);
        }
    }
}
