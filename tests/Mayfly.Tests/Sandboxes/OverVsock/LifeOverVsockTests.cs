namespace Mayfly.Tests.Sandboxes.OverVsock;

public sealed class LifeOverVsockTests() : LifeTests(SandboxTransport.Vsock);
