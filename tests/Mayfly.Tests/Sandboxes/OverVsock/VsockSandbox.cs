namespace Mayfly.Tests.Sandboxes.OverVsock;

/// <summary>Reached over a vsock device of our own.</summary>
public sealed class VsockSandbox() : SharedSandbox(SandboxTransport.Vsock);
