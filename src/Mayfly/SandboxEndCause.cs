namespace Mayfly;

/// <summary>The kinds of end a machine can have.</summary>
public enum SandboxEndCause
{
    /// <summary>The host disposed of it.</summary>
    Disposed = 0,

    /// <summary>The guest powered off or rebooted, and did not panic.</summary>
    PoweredOff = 1,

    /// <summary>The guest's kernel panicked.</summary>
    Panicked = 2,

    /// <summary>The monitor gave up: bad arguments, an internal error, a crash, or somebody killed it.</summary>
    MonitorFailed = 3,

    /// <summary>The sandbox's lifetime was over.</summary>
    Expired = 4,

    /// <summary>Somebody has removed the sandbox: <c>mayfly rm</c>, or <see cref="Supervision.SandboxSupervision.RemoveAsync"/>.</summary>
    Removed = 5,
}
