using System.Net;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Networks;

/// <summary>A TAP device to make before the monitor starts, and to hand it opened. It goes when nobody has it open any more.</summary>
internal sealed record TapSpec
{
    /// <summary>The device's name in the host's network namespace: <see cref="ResourceNames.Tap"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The existing bridge it becomes a port of; null for a link of its own, which then has a <see cref="HostAddress"/>.</summary>
    public string? Bridge { get; init; }

    /// <summary>The IPv4 address of the host's end; null on a bridge.</summary>
    public IPAddress? HostAddress { get; init; }

    /// <summary>How many leading bits of <see cref="HostAddress"/> the guest shares.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Address and prefix in one, such as <c>198.18.0.1/30</c>; null on a bridge.</summary>
    public string? HostAddressCidr => HostAddress is null ? null : $"{HostAddress}/{PrefixLength}";
}
