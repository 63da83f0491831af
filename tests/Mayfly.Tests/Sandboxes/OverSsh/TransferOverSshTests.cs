namespace Mayfly.Tests.Sandboxes.OverSsh;

[Collection(SshSandboxCollection.Name)]
public sealed class TransferOverSshTests(SshSandbox shared) : TransferTests(shared);
