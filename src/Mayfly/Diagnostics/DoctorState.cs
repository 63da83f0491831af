namespace Mayfly.Diagnostics;

/// <summary>What a check of the host has found.</summary>
public enum DoctorState
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Sandboxes start, but slower than they could, or soon not any more.</summary>
    Warning = 1,

    /// <summary>No sandbox starts until this is mended.</summary>
    Failed = 2,
}
