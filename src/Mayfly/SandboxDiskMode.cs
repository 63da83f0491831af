namespace Mayfly;

/// <summary>What a guest may do with a disk.</summary>
public enum SandboxDiskMode
{
    /// <summary>Write to it; what is written is the sandbox's own and gone with it.</summary>
    CopyOnWrite,

    /// <summary>Only read it.</summary>
    ReadOnly,
}
