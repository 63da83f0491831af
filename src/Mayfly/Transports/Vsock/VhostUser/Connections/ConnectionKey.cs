namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>What tells one guest's connections apart: the ports of both ends.</summary>
internal readonly record struct ConnectionKey(uint GuestPort, uint HostPort);
