namespace Mayfly.Supervision;

/// <summary>Whether a sandbox lives.</summary>
public enum SupervisionState
{
    /// <summary>Its owner and its warden are there.</summary>
    Alive,

    /// <summary>Its owner or its warden is gone, and what it has is being released.</summary>
    Ending,

    /// <summary>Nobody guards it: what it has left goes with the next start, or with <see cref="SandboxSupervision.ReapAsync"/>.</summary>
    Dead,
}
