namespace Mayfly.Transports;

/// <summary>Why a way in can't be had.</summary>
/// <param name="Reason">A clause for people, such as <c>/dev/vhost-vsock does not exist</c>.</param>
/// <param name="Remedy">A sentence without its full stop.</param>
internal sealed record TransportObjection(string Reason, string Remedy);
