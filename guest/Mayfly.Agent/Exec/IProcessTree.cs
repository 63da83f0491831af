namespace Mayfly.Agent.Exec;

/// <summary>A command and everything it has started.</summary>
internal interface IProcessTree
{
    /// <summary>An open cgroup.procs that the new process joins by, or -1.</summary>
    int JoinDescriptor { get; }

    /// <summary>Whether the kernel has killed one of them for want of memory.</summary>
    bool RanOutOfMemory { get; }

    /// <summary>The command runs; its first process is this one.</summary>
    void Attach(int processId);

    /// <summary>Sends a signal to all of them.</summary>
    void Signal(int signal);

    /// <summary>Ends all of them for good.</summary>
    void Kill();

    /// <summary>Calls back, at once or later, when none of them is left.</summary>
    void WhenEmpty(Action callback);

    /// <summary>The command is over. What it left in the background may live on; the rest of the tree's state goes with its last process.</summary>
    void Release();
}
