namespace Mayfly;

/// <summary>What a start does when there are as many sandboxes as there may be.</summary>
public enum SandboxAdmission
{
    /// <summary>Waits its turn, first come, first served; the token ends the wait.</summary>
    Wait = 0,

    /// <summary>Fails at once (MAY1021).</summary>
    Fail = 1,
}
