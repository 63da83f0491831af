namespace Mayfly.SshNet.Tests.Sandboxes;

/// <summary>A sandbox whose session SSH.NET carries.</summary>
internal static class OverSshNet
{
    public static SandboxOptions Options => new() { Transport = SandboxTransport.Ssh, Ssh = new SandboxSsh { Client = new SshNetClient() } };
}
