using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>Where an SSH server is reached: a Unix socket, or a host and a TCP port.</summary>
internal sealed record SshEndpoint
{
    private SshEndpoint(string? socketPath, string host, int port) => (SocketPath, Host, Port) = (socketPath, host, port);

    /// <summary>The Unix socket; null where there is a host.</summary>
    public string? SocketPath { get; }

    /// <summary>A name or an address; for a socket, a name that is never resolved.</summary>
    public string Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>A Unix stream socket whose connections arrive at the server.</summary>
    public static SshEndpoint Socket(string path) => new(Path.GetFullPath(path), "mayfly", 22);

    /// <summary>A host and its port.</summary>
    /// <exception cref="SandboxConfigurationException">The host can be none, or the port is out of range (MAY1001).</exception>
    public static SshEndpoint Tcp(string host, int port)
    {
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || host.StartsWith('-'))
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"'{GuestText.Neutralise(host)}' is no name and no address of a host.");
        }

        return port is >= 1 and <= ushort.MaxValue
            ? new(null, host, port)
            : throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{port} is no TCP port. Give one from 1 to 65535.");
    }

    /// <summary>The addresses to try, in order.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public async Task<IReadOnlyList<EndPoint>> ResolveAsync(CancellationToken cancellationToken)
    {
        if (SocketPath is { } path)
        {
            return [new UnixDomainSocketEndPoint(path)];
        }

        // The resolver can't be interrupted, only left alone.
        var addresses = await Dns.GetHostAddressesAsync(Host, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(address => new IPEndPoint(address, Port))];
    }

    /// <summary>For people.</summary>
    public override string ToString() => SocketPath ?? string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
