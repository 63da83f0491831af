using Mayfly.Tests.Sandboxes;

namespace Mayfly.SshNet.Tests.Sandboxes;

/// <summary>Reached over SSH.NET.</summary>
public sealed class SshNetSandbox() : SharedSandbox(OverSshNet.Options);
