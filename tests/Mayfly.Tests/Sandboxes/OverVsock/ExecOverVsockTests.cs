namespace Mayfly.Tests.Sandboxes.OverVsock;

[Collection(VsockSandboxCollection.Name)]
public sealed class ExecOverVsockTests(VsockSandbox shared) : ExecTests(shared);
