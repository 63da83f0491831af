namespace Mayfly.Tests.Sandboxes.OverSerial;

[Collection(SerialSandboxCollection.Name)]
public sealed class TransferOverSerialTests(SerialSandbox shared) : TransferTests(shared);
