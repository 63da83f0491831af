using Mayfly.Tests.Sandboxes;

namespace Mayfly.SshNet.Tests.Sandboxes;

public sealed class LifeOverSshNetTests() : LifeTests(OverSshNet.Options);
