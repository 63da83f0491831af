using System.Net;

namespace Mayfly.Networks;

/// <summary>The addresses of QEMU's user-mode network, which are the same for every machine; the arguments name them all the same.</summary>
internal static class UserModeNetwork
{
    /// <summary>The guest's.</summary>
    public static readonly IPAddress Guest = IPAddress.Parse("10.0.2.15");

    /// <summary>The host's end.</summary>
    public static readonly IPAddress Host = IPAddress.Parse("10.0.2.2");

    /// <summary>The name server, which passes questions on to the host's own.</summary>
    public static readonly IPAddress DnsServer = IPAddress.Parse("10.0.2.3");

    /// <summary>The network all of them are in.</summary>
    public static readonly IPNetwork Network = IPNetwork.Parse("10.0.2.0/24");
}
