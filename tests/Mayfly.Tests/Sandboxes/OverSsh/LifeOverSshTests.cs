namespace Mayfly.Tests.Sandboxes.OverSsh;

public sealed class LifeOverSshTests() : LifeTests(SandboxTransport.Ssh);
