namespace Mayfly.Chaos;

/// <summary>What an owner says it is doing, in this order.</summary>
internal enum OwnerPhase
{
    /// <summary>It has been told to go.</summary>
    Starting,

    /// <summary>The warden and the machine are being started.</summary>
    Booting,

    /// <summary>The machine answers.</summary>
    Booted,

    /// <summary>A command runs.</summary>
    Exec,

    /// <summary>A file goes in.</summary>
    Push,

    /// <summary>It comes out again.</summary>
    Pull,

    /// <summary>The sandbox is being disposed of.</summary>
    Teardown,

    /// <summary>That has come to its end.</summary>
    Done,
}
