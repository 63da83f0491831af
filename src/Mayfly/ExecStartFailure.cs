namespace Mayfly;

/// <summary>Why a command could not start.</summary>
public enum ExecStartFailure
{
    /// <summary>None of the others; the message says what.</summary>
    Other = 0,

    /// <summary>The program does not exist in the guest or is not in its PATH.</summary>
    NotFound = 1,

    /// <summary>The program exists but can't be executed.</summary>
    NotExecutable = 2,

    /// <summary>The working directory does not exist or can't be entered.</summary>
    BadWorkingDirectory = 3,

    /// <summary>The user or group does not exist in the guest.</summary>
    UnknownUser = 4,

    /// <summary>No memory, process id or terminal was left.</summary>
    NoResources = 5,
}
