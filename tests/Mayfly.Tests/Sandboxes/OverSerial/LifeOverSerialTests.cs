namespace Mayfly.Tests.Sandboxes.OverSerial;

public sealed class LifeOverSerialTests() : LifeTests(SandboxTransport.Serial);
