using Mayfly.Tests.Sandboxes;

namespace Mayfly.SshNet.Tests.Sandboxes;

[Collection(SshNetSandboxCollection.Name)]
public sealed class ExecEndOverSshNetTests(SshNetSandbox shared) : ExecEndTests(shared);
