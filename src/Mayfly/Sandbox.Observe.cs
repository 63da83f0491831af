namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>
    /// Tells an observer what this flow of control (and what it starts, as with <see cref="AsyncLocal{T}"/>) does with
    /// any sandbox, until the returned object is disposed of. Observers nest; each is told.
    /// </summary>
    /// <remarks>
    /// An <see cref="System.Diagnostics.ActivitySource"/> would be the usual form, but its listeners are of the whole
    /// process and get texts and numbers. An observer belongs to one flow, such as one test, and gets the sandbox
    /// itself, so that it can show its console or dispose of it.
    /// </remarks>
    public static IDisposable Observe(ISandboxObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return SandboxObservation.Add(observer);
    }
}
