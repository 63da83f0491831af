namespace Mayfly.Tests.Sandboxes.OverSerial;

[Collection(SerialSandboxCollection.Name)]
public sealed class ExecOverSerialTests(SerialSandbox shared) : ExecTests(shared);
