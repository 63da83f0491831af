using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>Why an operation failed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureCode>))]
public enum FailureCode
{
    /// <summary>None of the others; the message says what.</summary>
    Other = 0,

    /// <summary>The request is malformed or of a kind this agent does not know.</summary>
    BadRequest = 1,

    /// <summary>The path does not exist.</summary>
    NotFound = 2,

    /// <summary>The operation is not permitted.</summary>
    Denied = 3,

    /// <summary>The guest's disk (or its memory, which is the same for a tmpfs) is full.</summary>
    NoSpace = 4,

    /// <summary>A file stands where a directory is needed, or the other way round.</summary>
    WrongType = 5,

    /// <summary>The host cancelled it.</summary>
    Cancelled = 6,

    /// <summary>Nobody listens there.</summary>
    Refused = 7,

    /// <summary>Somebody listens there already.</summary>
    InUse = 8,
}
