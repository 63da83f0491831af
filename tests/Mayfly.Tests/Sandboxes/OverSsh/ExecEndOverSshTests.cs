namespace Mayfly.Tests.Sandboxes.OverSsh;

[Collection(SshSandboxCollection.Name)]
public sealed class ExecEndOverSshTests(SshSandbox shared) : ExecEndTests(shared);
