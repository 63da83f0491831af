namespace Mayfly.Tests.Sandboxes.OverSsh;

[Collection(SshSandboxCollection.Name)]
public sealed class ExecOverSshTests(SshSandbox shared) : ExecTests(shared);
