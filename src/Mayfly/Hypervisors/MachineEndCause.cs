namespace Mayfly.Hypervisors;

/// <summary>The kinds of end a machine can have.</summary>
internal enum MachineEndCause
{
    /// <summary>The host disposed of it.</summary>
    Disposed,

    /// <summary>The guest powered off or rebooted, and did not panic.</summary>
    PoweredOff,

    /// <summary>The guest's kernel panicked.</summary>
    Panicked,

    /// <summary>The monitor gave up: bad arguments, an internal error, a crash, or somebody killed it.</summary>
    MonitorFailed,
}
