using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>
/// All that a new process needs, in unmanaged memory, because between vfork and execve nothing may be allocated.
/// The child shares the parent's memory until then, and leaves its error in here.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SpawnPlan
{
    public byte** Candidates;
    public byte** Arguments;
    public byte** Environment;

    /// <summary>Where to start; null stays where the parent is.</summary>
    public byte* WorkingDirectory;

    /// <summary>Where to start when <see cref="WorkingDirectory"/> can't be entered; null makes that an error.</summary>
    public byte* FallbackDirectory;

    public int Input;
    public int Output;
    public int Error;

    /// <summary>Open cgroup.procs files of the groups to join: one, or with version 1 one for each controller.</summary>
    public int* ControlGroups;
    public int ControlGroupCount;

    /// <summary>Descriptors that become the program's, from 3 on. Their own numbers lie above all of those.</summary>
    public int* Inherited;
    public int InheritedCount;

    /// <summary>Gives the program a network of its own with nothing in it, where this user may do so.</summary>
    public bool IsolateNetwork;

    /// <summary>Keeps the program's memory from being written to disk when it crashes.</summary>
    public bool NoCoreDump;
    public ResourceLimit NoCoreDumpLimit;

    /// <summary>Makes <see cref="Input"/> the controlling terminal.</summary>
    public bool Terminal;

    public bool ChangeIdentity;
    public uint UserId;
    public uint GroupId;
    public uint* Groups;
    public int GroupCount;

    /// <summary>How many files the program may open; null leaves it as it is.</summary>
    public ResourceLimit* OpenFiles;

    /// <summary>The signal the child gets when this thread dies, or 0.</summary>
    public int DeathSignal;

    public int ParentProcessId;

    public SpawnStage FailedStage;
    public int FailedErrno;

    /// <summary>An all-zero struct sigaction of the kernel: the default disposition.</summary>
    public fixed ulong DefaultAction[4];

    public ulong EmptyMask;
    public byte Self;
}
