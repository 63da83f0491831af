namespace Mayfly.Agent.Session;

/// <summary>How far the conversation has come, and so which frames may come from the host.</summary>
internal enum SessionStage
{
    /// <summary>The host's greeting.</summary>
    Greeting,

    /// <summary>All that belongs to operations.</summary>
    Open,

    /// <summary>None: the last operations are being forgotten before the machine may be frozen.</summary>
    Freezing,

    /// <summary>What makes this copy of the machine one of its own.</summary>
    Frozen,
}
