namespace Mayfly.Tests.Sandboxes.OverVsock;

[Collection(VsockSandboxCollection.Name)]
public sealed class ForwardOverVsockTests(VsockSandbox shared) : ForwardTests(shared);
