using System.Net;

namespace Mayfly;

/// <summary>A sandbox's network as it has come up.</summary>
public sealed record NetworkReport
{
    /// <summary>
    /// The guest's address on its network card; null without one. The host reaches it over a TAP device only: with
    /// <see cref="UserNetwork"/> the way in are the <see cref="Ports"/>.
    /// </summary>
    public IPAddress? GuestAddress { get; init; }

    /// <summary>The host's address as the guest sees it; null where there is none.</summary>
    public IPAddress? HostAddress { get; init; }

    /// <summary>The forwarded ports as they have been bound, in the order of <see cref="UserNetwork.Forwards"/>.</summary>
    public IReadOnlyList<MappedPort> Ports { get; init; } = [];
}
