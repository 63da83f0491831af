namespace Mayfly.Supervision;

/// <summary>The ways a program under a warden can end.</summary>
internal enum WardenEndKind
{
    /// <summary>It returned an exit code.</summary>
    Exited,

    /// <summary>A signal ended it.</summary>
    Signalled,

    /// <summary>The kernel killed it, because it used more of the host's memory than its limit.</summary>
    OutOfMemory,

    /// <summary>The warden ended it, because the sandbox's lifetime was over.</summary>
    Expired,

    /// <summary>The warden ended it, because somebody else than the owner asked for that.</summary>
    Removed,

    /// <summary>The warden ended without a word, and the kernel killed the program with it.</summary>
    WardenLost,
}
