using System.Diagnostics.CodeAnalysis;

namespace Mayfly;

/// <summary>
/// The guest's network card, if any: <see cref="None"/>, <see cref="User"/> or <see cref="Tap"/>. What it may reach follows
/// from the choice, and the guest can't change it.
/// </summary>
public abstract record SandboxNetwork
{
    private const char Separator = ':';
    private const string UserText = "user";
    private const string TapText = "tap";
    private const string OutboundText = "outbound";

    private protected SandboxNetwork()
    {
    }

    /// <summary>No network card: loopback is all there is. The default.</summary>
    public static SandboxNetwork None { get; } = new NoNetwork();

    /// <summary>
    /// A network of QEMU's own that needs no rights: the host's programs reach the guest through forwarded ports, and the
    /// guest reaches nothing unless <see cref="UserNetwork.Outbound"/> says so.
    /// </summary>
    /// <param name="forwards">The ports that lead into the guest.</param>
    public static UserNetwork User(params IReadOnlyList<PortForward> forwards) => new() { Forwards = forwards };

    /// <summary>
    /// A TAP device of the host's, made for the sandbox and gone with it. Needs CAP_NET_ADMIN. What the guest reaches beyond
    /// it is up to the host's routes and firewall; that includes every service of the host that listens on all addresses.
    /// </summary>
    /// <param name="bridge">An existing bridge it becomes a port of; null for a link between host and guest alone.</param>
    public static TapNetwork Tap(string? bridge = null) => new() { Bridge = bridge };

    /// <summary>
    /// Reads <c>none</c>, <c>user</c>, <c>user:outbound</c>, <c>tap</c> or <c>tap:BRIDGE</c>; but for the bridge's name in any
    /// case.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="network">What it says.</param>
    /// <returns>Whether it says anything.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SandboxNetwork? network)
    {
        var parts = (text ?? "").Trim().Split(Separator, 2);
        network = (parts[0].ToUpperInvariant(), parts.ElementAtOrDefault(1)) switch
        {
            ("NONE", null) => None,
            ("USER", null) => User(),
            ("USER", { } detail) when detail.Equals(OutboundText, StringComparison.OrdinalIgnoreCase) => new UserNetwork { Outbound = true },
            ("TAP", null) => Tap(),
            ("TAP", { Length: > 0 } bridge) => Tap(bridge),
            _ => null,
        };
        return network is not null;
    }

    /// <summary>What <see cref="TryParse"/> reads; ports and addresses are left out.</summary>
    public sealed override string ToString() => this switch
    {
        UserNetwork { Outbound: true } => $"{UserText}{Separator}{OutboundText}",
        UserNetwork => UserText,
        TapNetwork { Bridge: { } bridge } => $"{TapText}{Separator}{bridge}",
        TapNetwork => TapText,
        _ => "none",
    };

    private sealed record NoNetwork : SandboxNetwork;
}
