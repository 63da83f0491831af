namespace Mayfly;

/// <summary>How a machine came about.</summary>
public enum SandboxStart
{
    /// <summary>Its kernel was booted.</summary>
    Boot = 0,

    /// <summary>It is a copy of a template: a machine that was booted and frozen before.</summary>
    Clone = 1,

    /// <summary>It is a clone that a pool had ready.</summary>
    Pool = 2,
}
