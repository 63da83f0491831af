namespace Mayfly;

/// <summary>A forward into the guest that a <see cref="SandboxJob"/> opens: see <see cref="Sandbox.ForwardAsync(int, int, CancellationToken)"/>.</summary>
/// <param name="GuestPort">Where a program in the guest listens: 1 to 65535.</param>
/// <param name="HostPort">The port at 127.0.0.1: 0, the default, for one that is free, or 1 to 65535.</param>
public sealed record LoopbackForward(int GuestPort, int HostPort = 0);
