namespace Mayfly.Tests.Sandboxes.OverSerial;

/// <summary>Reached over a virtio-serial port.</summary>
public sealed class SerialSandbox() : SharedSandbox(SandboxTransport.Serial);
