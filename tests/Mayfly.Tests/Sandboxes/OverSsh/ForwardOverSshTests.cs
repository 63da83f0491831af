namespace Mayfly.Tests.Sandboxes.OverSsh;

[Collection(SshSandboxCollection.Name)]
public sealed class ForwardOverSshTests(SshSandbox shared) : ForwardTests(shared);
