namespace Mayfly;

/// <summary>The observers of the current flow of control, innermost first.</summary>
/// <param name="observer">The one added last.</param>
/// <param name="outer">Those around it.</param>
internal sealed class SandboxObservation(ISandboxObserver observer, SandboxObservation? outer) : IDisposable
{
    private static readonly AsyncLocal<SandboxObservation?> Ambient = new();

    /// <summary>Adds an observer until disposal.</summary>
    public static SandboxObservation Add(ISandboxObserver observer) =>
        Ambient.Value = new SandboxObservation(observer, Ambient.Value);

    /// <summary>Tells that a sandbox has come up, and returns it; where an observer fails, it is disposed of.</summary>
    public static async Task<Sandbox> AnnounceAsync(Sandbox sandbox)
    {
        try
        {
            Tell(each => each.OnStarted(sandbox));
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells that an operation is about to begin.</summary>
    /// <returns>The operation to end, or null where nobody listens.</returns>
    public static SandboxOperation? Begin(Sandbox sandbox, Func<string> description, TimeProvider time)
    {
        if (Ambient.Value is null)
        {
            return null;
        }

        var operation = new SandboxOperation(sandbox, description(), time);
        Tell(each => each.OnOperation(operation));
        return operation;
    }

    /// <summary>Has nobody told of what is done in this flow of control until disposal, which is not done on its behalf.</summary>
    public static IDisposable Suspend()
    {
        var suspended = new Suspension(Ambient.Value);
        Ambient.Value = null;
        return suspended;
    }

    /// <inheritdoc/>
    public void Dispose() => Ambient.Value = outer;

    private static void Tell(Action<ISandboxObserver> tell)
    {
        for (var observation = Ambient.Value; observation is not null; observation = observation.Outer)
        {
            tell(observation.Observer);
        }
    }

    private ISandboxObserver Observer => observer;

    private SandboxObservation? Outer => outer;

    private sealed class Suspension(SandboxObservation? suspended) : IDisposable
    {
        public void Dispose() => Ambient.Value = suspended;
    }
}
