using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>Why a command could not start.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StartFailure>))]
public enum StartFailure
{
    /// <summary>None of the others; the message says what.</summary>
    Other = 0,

    /// <summary>The program does not exist or is not in PATH.</summary>
    NotFound = 1,

    /// <summary>The program exists but can't be executed.</summary>
    NotExecutable = 2,

    /// <summary>The working directory does not exist or can't be entered.</summary>
    BadWorkingDirectory = 3,

    /// <summary>The user or group does not exist in the guest.</summary>
    UnknownUser = 4,

    /// <summary>No memory, no process id or no terminal left.</summary>
    NoResources = 5,
}
