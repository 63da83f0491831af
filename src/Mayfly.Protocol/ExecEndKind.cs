using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>The ways a command can end that the guest can see.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecEndKind>))]
public enum ExecEndKind
{
    /// <summary>It returned an exit code.</summary>
    Exited = 0,

    /// <summary>A signal that was not the agent's ended it.</summary>
    Signalled = 1,

    /// <summary>Its timeout ran out and the agent ended the tree.</summary>
    TimedOut = 2,

    /// <summary>The host cancelled it and the agent ended the tree.</summary>
    Cancelled = 3,

    /// <summary>The kernel killed a process of the tree for want of memory, and the command ended by SIGKILL.</summary>
    OutOfMemory = 4,

    /// <summary>No process ran.</summary>
    CouldNotStart = 5,
}
