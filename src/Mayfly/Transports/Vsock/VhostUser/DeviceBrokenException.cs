namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>
/// The guest's driver or the monitor broke the device's rules in a way that can't be pinned on one connection. The device
/// stops for good, and the message is the reason that the sandbox's owner gets to read.
/// </summary>
internal sealed class DeviceBrokenException(string message) : Exception(message);
