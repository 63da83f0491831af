namespace Mayfly.Hypervisors;

/// <summary>Where a machine's memory is, when it is more than the monitor's own.</summary>
/// <param name="Path">The file of it.</param>
internal abstract record MachineMemory(string Path);
