namespace Mayfly.Hypervisors;

/// <summary>That of a frozen machine, which is only read: what this one writes is its own.</summary>
/// <param name="Path">The file.</param>
/// <param name="StatePath">The state of processors and devices that belongs to it; the machine goes on from there.</param>
internal sealed record RestoredMemory(string Path, string StatePath) : MachineMemory(Path);
