using Mayfly.Ssh;
using Mayfly.Tests.Session;
using Mayfly.Tests.Ssh;

namespace Mayfly.SshNet.Tests;

/// <summary>What is asked of the client.</summary>
internal static class Requests
{
    /// <summary>One command at a real server.</summary>
    public static SshRequest Request(this SshServer server, string command) =>
        To(server.Endpoint, server.Identity.Path, server.HostKey.PublicKey.Blob.ToArray(), SessionFixture.Patience) with { Command = command };

    /// <summary>A command at whatever is there.</summary>
    public static SshRequest To(SshEndpoint endpoint, string identityPath, ReadOnlyMemory<byte> hostKey, TimeSpan timeout) => new()
    {
        SocketPath = endpoint.SocketPath,
        Host = endpoint.Host,
        Port = endpoint.Port,
        User = "root",
        IdentityPath = identityPath,
        HostAlias = "mayfly-test",
        HostKey = hostKey,
        KnownHostsPath = "/dev/null",
        Command = "true",
        Timeout = timeout,
    };
}
