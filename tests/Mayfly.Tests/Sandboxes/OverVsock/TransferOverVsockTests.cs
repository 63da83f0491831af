namespace Mayfly.Tests.Sandboxes.OverVsock;

[Collection(VsockSandboxCollection.Name)]
public sealed class TransferOverVsockTests(VsockSandbox shared) : TransferTests(shared);
