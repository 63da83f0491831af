namespace Mayfly.Agent.Warden;

/// <summary>The roles of a process that is not init: on the host, or in a machine whose init is another.</summary>
internal enum HostRole
{
    /// <summary>Guards one sandbox.</summary>
    Warden,

    /// <summary>Says which sandboxes live.</summary>
    List,

    /// <summary>Clears what dead ones have left.</summary>
    Reap,

    /// <summary>Ends one sandbox, whoever it belongs to.</summary>
    End,

    /// <summary>Removes a directory when its owner is gone.</summary>
    Keep,

    /// <summary>Runs a program that must not outlive its owner.</summary>
    Tether,

    /// <summary>Speaks the Mayfly session on its standard streams.</summary>
    Session,

    /// <summary>Connects to a Unix socket and passes the connection on.</summary>
    Dial,
}
