namespace Mayfly;

/// <summary>The ways a command can end.</summary>
public enum ExecEndKind
{
    /// <summary>It returned an exit code.</summary>
    Exited = 0,

    /// <summary>A signal ended it that Mayfly did not send to enforce a limit.</summary>
    Signalled = 1,

    /// <summary>Its timeout ran out and the whole tree was ended.</summary>
    TimedOut = 2,

    /// <summary>The caller cancelled it and the whole tree was ended.</summary>
    Cancelled = 3,

    /// <summary>The guest's kernel killed it for want of memory.</summary>
    OutOfMemory = 4,

    /// <summary>No process ran: program, working directory, user or resources were missing.</summary>
    CouldNotStart = 5,

    /// <summary>The machine ended under it.</summary>
    GuestDied = 6,
}
