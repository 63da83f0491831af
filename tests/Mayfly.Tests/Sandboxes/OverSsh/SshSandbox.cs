namespace Mayfly.Tests.Sandboxes.OverSsh;

/// <summary>Reached over SSH.</summary>
public sealed class SshSandbox() : SharedSandbox(SandboxTransport.Ssh);
