namespace Mayfly.Supervision;

/// <summary>What a warden can say.</summary>
internal enum WardenStatusKind
{
    /// <summary>The sandbox's directory is there.</summary>
    Ready,

    /// <summary>There are as many sandboxes as there may be.</summary>
    Full,

    /// <summary>Another living sandbox has the name.</summary>
    Taken,

    /// <summary>The directory could not be made, or the program not be started.</summary>
    Failed,

    /// <summary>A resource can't be had.</summary>
    Denied,

    /// <summary>Something the owner should know about a resource.</summary>
    Note,

    /// <summary>The program runs.</summary>
    Started,

    /// <summary>The program returned an exit code.</summary>
    Exited,

    /// <summary>A signal ended the program.</summary>
    Signalled,

    /// <summary>The program, whose end is told next, had used more memory than its limit.</summary>
    Starved,

    /// <summary>The sandbox's lifetime is over.</summary>
    Expired,

    /// <summary>Somebody else than the owner has asked for the end.</summary>
    Removed,

    /// <summary>A resource that would not go.</summary>
    Left,
}
