namespace Mayfly.Hypervisors;

/// <summary>A new file that keeps what the machine writes, so that it can be frozen and copied.</summary>
/// <param name="Path">The file, which does not exist yet.</param>
internal sealed record RecordedMemory(string Path) : MachineMemory(Path);
