namespace Mayfly.Tests.Sandboxes.OverVsock;

[Collection(VsockSandboxCollection.Name)]
public sealed class ExecEndOverVsockTests(VsockSandbox shared) : ExecEndTests(shared);
