namespace Mayfly.Transports;

/// <summary>The way into a sandbox on this host, and why.</summary>
/// <param name="Transport">One of the ways; <see cref="SandboxTransport.Auto"/> has been decided by now.</param>
/// <param name="Reason">A clause for people, such as <c>QEMU 7.2.22 has vhost-user-vsock-device</c>.</param>
internal sealed record TransportChoice(SandboxTransport Transport, string Reason);
