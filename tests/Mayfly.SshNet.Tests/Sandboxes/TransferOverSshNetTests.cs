using Mayfly.Tests.Sandboxes;

namespace Mayfly.SshNet.Tests.Sandboxes;

[Collection(SshNetSandboxCollection.Name)]
public sealed class TransferOverSshNetTests(SshNetSandbox shared) : TransferTests(shared);
