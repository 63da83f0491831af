namespace Mayfly.Tests.Sandboxes.OverSerial;

[Collection(SerialSandboxCollection.Name)]
public sealed class ForwardOverSerialTests(SerialSandbox shared) : ForwardTests(shared);
