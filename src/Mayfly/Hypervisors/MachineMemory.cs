namespace Mayfly.Hypervisors;

/// <summary>Where a machine's memory is, when it is more than the monitor's own.</summary>
/// <param name="Path">The file of it.</param>
internal abstract record MachineMemory(string Path);

/// <summary>A new file that keeps what the machine writes, so that it can be frozen and copied.</summary>
/// <param name="Path">The file, which does not exist yet.</param>
internal sealed record RecordedMemory(string Path) : MachineMemory(Path);

/// <summary>That of a frozen machine, which is only read: what this one writes is its own.</summary>
/// <param name="Path">The file.</param>
/// <param name="StatePath">The state of processors and devices that belongs to it; the machine goes on from there.</param>
internal sealed record RestoredMemory(string Path, string StatePath) : MachineMemory(Path);
