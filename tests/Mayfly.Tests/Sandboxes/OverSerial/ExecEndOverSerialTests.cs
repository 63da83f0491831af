namespace Mayfly.Tests.Sandboxes.OverSerial;

[Collection(SerialSandboxCollection.Name)]
public sealed class ExecEndOverSerialTests(SerialSandbox shared) : ExecEndTests(shared);
