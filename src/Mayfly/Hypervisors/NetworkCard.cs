using Mayfly.Networks;

namespace Mayfly.Hypervisors;

/// <summary>A machine's one network card.</summary>
/// <param name="Mac">Its address.</param>
internal abstract record NetworkCard(MacAddress Mac);

/// <summary>A card whose other end is the monitor itself.</summary>
/// <param name="Mac">Its address.</param>
/// <param name="Forwards">The host's ports that the monitor binds.</param>
/// <param name="Outbound">Whether the guest may connect to the outside.</param>
internal sealed record UserNetworkCard(MacAddress Mac, IReadOnlyList<PortForward> Forwards, bool Outbound) : NetworkCard(Mac);

/// <summary>A card whose other end is a TAP device, which the monitor inherits opened.</summary>
/// <param name="Mac">Its address.</param>
/// <param name="Tap">The device to make for it.</param>
internal sealed record TapNetworkCard(MacAddress Mac, TapSpec Tap) : NetworkCard(Mac);
