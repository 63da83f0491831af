namespace Mayfly;

/// <summary>A file or tree that a job copies between host and guest.</summary>
/// <param name="HostPath">Path on the host.</param>
/// <param name="GuestPath">Absolute path in the guest.</param>
public sealed record SandboxCopy(string HostPath, string GuestPath);
