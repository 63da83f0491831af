namespace Mayfly.Agent.Warden;

/// <summary>The roles on the host.</summary>
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
}
